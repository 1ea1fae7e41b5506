package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Movement;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Sequential;
import org.hashgrad.nn.model.LabeledHashNetwork;
import org.hashgrad.tensor.Backend;

/**
 * The networks of SSAH: for images and texts and, unless the ablations leave them out, for labels and the two discriminators.
 *
 * @param label of labels (N, classes)
 */
record SsahNetworks(
        Ssah method,
        LabeledHashNetwork image,
        LabeledHashNetwork text,
        Optional<LabeledHashNetwork> label,
        Optional<Discriminators> adversary)
        implements CrossModalNetworks {
    @Override
    public List<Module> all() {
        List<Module> all = new ArrayList<>(List.of(image, text));
        label.ifPresent(all::add);
        adversary.ifPresent(all::add);
        return all;
    }

    @Override
    public CrossModalState begin(CrossModalTraining training) {
        return new SsahState(method, this, training);
    }

    /** One discriminator for each medium: features (N, 2d), an image's and a text's side by side → their scores (N, 2). */
    static final class Discriminators extends Module {
        private final Sequential image;
        private final Sequential text;

        /** Each takes features (N, d) to scores (N, 1). */
        Discriminators(Sequential image, Sequential text) {
            this.image = image;
            this.text = text;
        }

        Sequential image() {
            return image;
        }

        Sequential text() {
            return text;
        }

        @Override
        public Variable forward(Pass pass, Variable x) {
            int count = x.shape().dim(0);
            int width = x.shape().dim(1) / 2;
            Variable images = x.apply(new Movement.Slice(new int[] {0, 0}, new int[] {count, width}));
            Variable texts = x.apply(new Movement.Slice(new int[] {0, width}, new int[] {count, 2 * width}));
            return image.forward(pass, images).apply(new Movement.Concat(1), text.forward(pass, texts));
        }

        @Override
        public List<Slot> slots() {
            return Stream.of(image, text).flatMap(m -> m.slots().stream()).toList();
        }

        @Override
        public Discriminators copyTo(Backend backend) {
            return new Discriminators(image.copyTo(backend), text.copyTo(backend));
        }
    }
}
