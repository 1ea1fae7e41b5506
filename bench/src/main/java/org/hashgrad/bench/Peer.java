package org.hashgrad.bench;

import java.util.List;

/**
 * Another library beside which ours is timed, as one more {@code implementation} of the benchmarks; found by {@code ServiceLoader}, so only
 * the build with the profile {@code peers} has any. Each method prepares a call; what a library lacks it leaves out.
 */
public interface Peer {
    /** As the parameter {@code implementation} spells it. */
    String name();

    /** Names of the benchmark classes, without {@code Benchmark}, that it has calls for. */
    List<String> benchmarks();

    /** One call, prepared: its inputs are where the library wants them. */
    interface Call {
        /** What is timed: waits until the results are there, and returns something that keeps them from being optimised away. */
        Object run();

        /** The values of one run, row-major, for the check. */
        List<float[]> results();
    }

    /** c (m, n) = a · b, of which a is stored (k, m) where transposed and b (n, k). */
    default Call matmul(float[] a, float[] b, int m, int k, int n, boolean transposeA, boolean transposeB) {
        throw none("matrix product");
    }

    /** {@code forward}: y; {@code input-gradient}: gx; {@code weight-gradient}: gw. */
    default Call convolution(ConvLayer layer, String pass, float[] x, float[] w, float[] gy) {
        throw none("convolution " + pass);
    }

    /** See {@link ConvChain#run}: y, then the last layer's gw … the first's, then gx; fresh in each run. */
    default Call chain(
            List<ConvLayer> layers, boolean inputGradient, float[] x, List<float[]> w, float[] gy, boolean gradients) {
        throw none("chain of convolutions");
    }

    /** tanh x. */
    default Call tanh(float[] x) {
        throw none("tanh");
    }

    /** Σ log cosh(|z| − 1), z (n, bits), and its gradient. */
    default Call logCosh(float[] z, int n, int bits) {
        throw none("log cosh");
    }

    /** Σ w (softplus θ − s θ), θ = u uᵀ, u (n, bits), s and w (n, n), and its gradient by u. */
    default Call pairwise(float[] u, float[] s, float[] w, int n, int bits) {
        throw none("pairwise loss");
    }

    /** A training step of {@code demo}, {@code colour} or {@code alexnet}, see {@link TrainingStepBenchmark}; the result is the loss. */
    default Call trainingStep(String network, int batch, int side) {
        throw none("training of " + network);
    }

    private UnsupportedOperationException none(String what) {
        return new UnsupportedOperationException(name() + ": no " + what + " here");
    }
}
