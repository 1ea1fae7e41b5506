package org.hashgrad.bench;

import java.util.List;
import java.util.function.Supplier;
import org.hashgrad.tensor.Tensor;

/** A timed call that makes a loss (1) and its gradient, and the check of both. */
record LossAndGradient(BackendTrial trial, Supplier<List<Tensor>> call) {
    List<Tensor> timed() {
        return trial.timed(call);
    }

    /** @throws IllegalStateException unless loss and gradient are within their bounds of plain Java's */
    void requireClose(String what, double loss, double lossBound, float[] gradient, double gradientBound) {
        requireClose(what, trial.allOnce(call), loss, lossBound, gradient, gradientBound);
    }

    /** The same of {@code actual} (loss, gradient). */
    static void requireClose(
            String what, List<float[]> actual, double loss, double lossBound, float[] gradient, double gradientBound) {
        float made = actual.get(0)[0];
        if (!(Math.abs(made - loss) <= lossBound * Math.abs(loss))) {
            throw new IllegalStateException(what + ": loss is " + made + ", plain Java gives " + loss);
        }
        BackendTrial.requireClose(what, gradient, actual.get(1), gradientBound);
    }
}
