package org.hashgrad.nn;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Movement;
import org.hashgrad.autograd.op.Pooling;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;

/**
 * The multi-scale fusion of SSAH's text network (Li et al., CVPR 2018): a bag of words seen at several resolutions. Scale p averages windows of
 * {@code unit}·p words side by side (the tail that fills no window is dropped), multiplies by one weight, keeps what is positive and is
 * stretched back to d words; the original and the scales are the channels of the result.
 *
 * <pre>  y = [x ; R_p relu(w_p A_p x) for each p]     A_p (⌊d/(unit·p)⌋, d) means, R_p the interpolation back to d </pre>
 *
 * x (N, d) → (N, (scales + 1)·d), channel after channel, so that a {@link Linear} on top is the paper's convolution with a kernel as long as
 * the text. Slots: {@code scale<p>.weight} (1, 1). On words that are never negative a scale is 0 as long as its weight is, without gradient.
 */
public final class MultiScaleFusion extends Module {
    /** What is pooled and how it is stretched back. */
    public record Form(List<Integer> scales, int unit, Interpolation interpolation) {
        /** @throws IllegalArgumentException without scales, with one twice, or one below 1, or a unit below 1 */
        public Form {
            scales = List.copyOf(scales);
            boolean positive = unit >= 1 && scales.stream().allMatch(p -> p >= 1);
            if (scales.isEmpty() || !positive || scales.stream().distinct().count() != scales.size()) {
                throw new IllegalArgumentException(
                        "multi-scale fusion: need different scales >= 1 and a unit >= 1, got scales " + scales
                                + " and unit " + unit);
            }
        }

        /** As the published code has it: windows of 50, 30, 15, 10 and 5 words, stretched as in TensorFlow 1. */
        public static Form published() {
            return new Form(List.of(10, 6, 3, 2, 1), 5, Interpolation.LEGACY_BILINEAR);
        }

        /** The windows' lengths in words. */
        public List<Integer> windows() {
            return scales.stream().map(p -> Math.multiplyExact(p, unit)).toList();
        }

        /** How many values a fusion of {@code words} has: one channel for the original and one per scale. */
        public int outputs(int words) {
            return Math.multiplyExact(words, scales.size() + 1);
        }
    }

    private final Form form;
    private final int words;
    private final List<Parameter> weights;

    /**
     * @param words d, the length of the text's vector
     * @throws ShapeException when a window is longer than the text's vector
     */
    public MultiScaleFusion(Blueprint at, int words, Form form, Initializer weights) {
        this(form, words, weights(at, words, form, weights));
    }

    private static List<Parameter> weights(Blueprint at, int words, Form form, Initializer weights) {
        for (int window : form.windows()) {
            if (window > words) {
                throw new ShapeException("multi-scale fusion " + at.path() + ": a window of " + window
                        + " words is longer than the vector of " + words + "; need scale * unit <= words");
            }
        }
        return form.scales().stream()
                .map(p -> at.at("scale" + p).parameter("weight", Shape.of(1, 1), weights))
                .toList();
    }

    private MultiScaleFusion(Form form, int words, List<Parameter> weights) {
        this.form = form;
        this.words = words;
        this.weights = weights;
    }

    /** @throws ShapeException unless x is (N, words) */
    @Override
    public Variable forward(Pass pass, Variable x) {
        if (x.shape().rank() != 2 || x.shape().dim(1) != words) {
            throw new ShapeException("multi-scale fusion: x is " + x.shape() + ", need (N, " + words + ")");
        }
        Variable text = x.transposed();
        List<Variable> channels = new ArrayList<>(List.of(text));
        for (int i = 0; i < weights.size(); i++) {
            channels.add(scale(pass, text, form.windows().get(i), weights.get(i)));
        }
        return pass.apply(new Movement.Concat(0), channels).transposed();
    }

    /** (d, N) → (d, N): means of windows, weighted, rectified, stretched. */
    private Variable scale(Pass pass, Variable text, int window, Parameter weight) {
        int texts = text.shape().dim(1);
        PoolGeometry pool = new PoolGeometry(window, 1, window, 1, 0, 0, false);
        Variable means = text.reshape(Shape.of(1, 1, words, texts)).apply(new Pooling.AveragePool(pool));
        Variable kept = means.reshape(Shape.of(words / window, texts))
                .times(pass.of(weight))
                .relu();
        return form.interpolation().rows(kept, words);
    }

    @Override
    public List<Slot> slots() {
        return List.copyOf(weights);
    }

    @Override
    public MultiScaleFusion copyTo(Backend backend) {
        return new MultiScaleFusion(
                form, words, weights.stream().map(w -> copy(w, backend)).toList());
    }
}
