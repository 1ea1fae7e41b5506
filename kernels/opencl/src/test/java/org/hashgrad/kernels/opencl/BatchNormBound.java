package org.hashgrad.kernels.opencl;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Tolerances;

/** What the gradient of a batch normalisation by x (N, C, …) may be off by, element by element. */
final class BatchNormBound {
    private BatchNormBound() {}

    /**
     * Of gx = γ/√(σ²+ε) (g − mean(g) − x̂ mean(g x̂)), the sums over n values each. With δ = γ_(n+64) and X = (|x| + mean|x|)/√(σ²+ε), x̂ is off
     * by δX for its mean, and 1/√(σ²+ε) relatively by δρ, ρ = 1 + √mean(X²). Both deviations stand three times in gx, so 3ρδ times gx of
     * magnitudes, |γ|/√(σ²+ε) (G + mean(G) + X mean(G X)), holds them. G is |gy|, and behind a tanh, whose argument is of size |γ|X + |β| and whose
     * slope changes by at most twice its value's change, |gy| 2 (1 + |γ|X + |β|).
     */
    static double[] gradient(
            Precision precision,
            double epsilon,
            Activation activation,
            OnDevice.Input x,
            OnDevice.Input gamma,
            OnDevice.Input beta,
            OnDevice.Input gy) {
        int channels = x.shape().dim(1);
        int area = x.shape().product(2, x.shape().rank());
        int n = x.shape().dim(0) * area;
        double delta = Tolerances.gamma(precision, n + 64);
        double[] bound = new double[x.values().length];
        for (int c = 0; c < channels; c++) {
            int channel = c;
            int[] at = IntStream.range(0, bound.length)
                    .filter(i -> i / area % channels == channel)
                    .toArray();
            double mean = mean(at, i -> x.values()[i]);
            double size = mean(at, i -> Math.abs(x.values()[i]));
            double variance = mean(at, i -> Math.pow(x.values()[i] - mean, 2));
            double inverse = 1 / Math.sqrt(variance + epsilon);
            double slope = Math.abs(gamma.values()[c]);
            double shift = Math.abs(beta.values()[c]);
            IntToDoubleFunction xs = i -> (Math.abs(x.values()[i]) + size) * inverse;
            IntToDoubleFunction gs = i -> Math.abs(gy.values()[i])
                    * (activation == Activation.TANH ? 2 * (1 + slope * xs.applyAsDouble(i) + shift) : 1);
            double rho = 1 + Math.sqrt(mean(at, i -> Math.pow(xs.applyAsDouble(i), 2)));
            double along = mean(at, i -> gs.applyAsDouble(i) * xs.applyAsDouble(i));
            double spread = mean(at, gs);
            for (int i : at) {
                double magnitude = gs.applyAsDouble(i) + spread + xs.applyAsDouble(i) * along;
                bound[i] = 3 * rho * delta * slope * inverse * magnitude;
            }
        }
        return bound;
    }

    private static double mean(int[] at, IntToDoubleFunction value) {
        return Arrays.stream(at).mapToDouble(value).average().orElseThrow();
    }
}
