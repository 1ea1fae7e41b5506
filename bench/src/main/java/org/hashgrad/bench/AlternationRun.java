package org.hashgrad.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.method.Batch;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.CrossModalNetworks;
import org.hashgrad.hashing.method.CrossModalState;
import org.hashgrad.hashing.method.CrossModalTrainer;
import org.hashgrad.hashing.method.CrossModalTraining;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.OptimizerSettings;
import org.hashgrad.hashing.method.Player;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.hashing.method.Ssah;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.model.LabeledHashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/**
 * A cross-modal method that trains for one epoch when asked to, on the embedded drawings with its configuration; or its networks alone: as many steps
 * of each on the same batches, where the loss is the mean square of all outputs.
 */
final class AlternationRun implements AutoCloseable {
    private static final OptimizerSettings ADAM = OptimizerSettings.adam(1e-4);

    private final Stepped epochs;
    private volatile double loss;

    /** @param alone whether the networks step without the method's losses and memories */
    AlternationRun(String backend, String method, String data, boolean alone) {
        Path file = Path.of(System.getProperty("hashgrad.home", "."), "configs", method + ".yaml");
        RunConfig config = RunConfig.read(file, List.of("train.epochs=1000000", "data=" + data));
        epochs = new Stepped(each -> train(each, backend, config, alone));
    }

    /** One epoch; returns its loss. */
    double epoch() {
        epochs.step();
        return loss;
    }

    private void train(Stepped each, String backend, RunConfig config, boolean alone) {
        PairedSplit pairs = config.pairs();
        ImageSet images = (ImageSet) pairs.images().training();
        SampleSet texts = pairs.texts().training();
        CrossModalMethod method = (CrossModalMethod) config.method();
        CrossModalMethod.Media media = new CrossModalMethod.Media(
                images.sample(), texts.sample(), images.labels().classes(), config.bits());
        try (Backend be = Backends.installed().open(backend);
                CrossModalNetworks networks = method.networks(Blueprint.of(be, RandomKey.of(1)), media)) {
            CrossModalTrainer trainer = new CrossModalTrainer(
                    be,
                    alone ? new Alone(method, networks) : networks,
                    config.plan(),
                    Optional.of(new Augmentation(images.height() / 8, true)));
            each.ready();
            trainer.fit(
                    Samples.of(images, 0.8, 0.3),
                    new Samples(texts.sample(), texts.raw(), texts.labels()),
                    config.bits(),
                    new TrainingListener() {
                        @Override
                        public void epochDone(EpochReport report) {
                            loss = report.loss();
                            each.stepDone();
                        }
                    });
        }
    }

    /** The networks without the method: image and text, of SSAH also labels and discriminators, each as often as the method trains it. */
    private record Alone(CrossModalMethod method, CrossModalNetworks networks) implements CrossModalNetworks {
        @Override
        public Module image() {
            return networks.image();
        }

        @Override
        public Module text() {
            return networks.text();
        }

        @Override
        public List<Module> all() {
            return networks.all();
        }

        @Override
        public CrossModalState begin(CrossModalTraining training) {
            List<Player> turns = new ArrayList<>();
            turns.add(training.imagePlayer(image(), ADAM));
            turns.add(training.textPlayer(text(), ADAM));
            if (method instanceof Ssah ssah) {
                Labels labels = training.labels();
                Samples ofLabels = filled(labels, labels.classes());
                Player label = training.player("label", all().get(2), ADAM, ofLabels);
                turns.addAll(Collections.nCopies(ssah.passes().label(), label));
                turns.add(training.player("adversary", all().get(3), ADAM, filled(labels, 2 * ssah.features())));
            }
            return alternation -> turns.forEach(player -> alternation.train(player, batch -> loss(player, batch)));
        }

        /** (n, width) of 0 and 1. */
        private static Samples filled(Labels labels, int width) {
            float[] values = new float[labels.count() * width];
            for (int at = 0; at < values.length; at++) {
                values[at] = at % 7 == 0 ? 1 : 0;
            }
            return new Samples(Shape.of(width), values, labels);
        }

        private static Variable loss(Player player, Batch batch) {
            if (player.network() instanceof LabeledHashNetwork network) {
                LabeledHashNetwork.Outputs outputs = network.outputs(batch.pass(), batch.input());
                batch.relaxedCodesAre(outputs.relaxedCodes());
                return size(outputs.features())
                        .plus(size(outputs.relaxedCodes()))
                        .plus(size(outputs.labelLogits()));
            }
            if (player.name().equals("adversary")) {
                Variable ofLabels = player.network().forward(batch.pass(), batch.input());
                Variable ofMedia = player.network().forward(batch.pass(), batch.input());
                return size(ofLabels).plus(size(ofMedia));
            }
            return size(batch.relaxedCodes());
        }

        private static Variable size(Variable x) {
            return x.square().mean();
        }
    }

    @Override
    public void close() {
        epochs.close();
    }
}
