package org.hashgrad.hashing.method;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.hashing.step.LfhSteps;
import org.hashgrad.hashing.step.LinearAlgebra;
import org.hashgrad.hashing.step.Similarity;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.model.HashLayer;

/**
 * Latent Factor Hashing (Zhang, Zhang, Li, Guo, SIGIR 2014): codes U of the training set are fitted to the similarities alone by steps that
 * never lower their log-posterior ({@link LfhSteps}), one iteration an epoch; then a ridge regression of U on the features makes the linear
 * hash layer, W = (XᵀX + λI)⁻¹ XᵀU for centred X. The network is not trained: its backbone gives the features, which are raw inputs below a
 * {@code linear} network, or those of a classifier ({@code train.pretrain} with {@code train.warmStart}). An epoch logs
 * {@code objective_before} and {@code objective_after}, −L divided by the number of its pairs, which never rises within an epoch. The
 * reported objective, which the stopping rule compares, is that of the pairs that touch one fixed sample of as many columns.
 *
 * @param beta β: 30 in the authors' demo
 * @param betaPerBit whether β is divided by the number of bits, as a re-implementation of the demo has it
 * @param learning STOCHASTIC in the paper's experiments
 * @param columns drawn in each STOCHASTIC iteration; 0: as many as bits
 * @param lambda λ &gt; 0: 1 in the demo
 * @param unitStart whether the principal components that U begins as are scaled to deviation 1; unscaled ones of many features saturate σ
 * @param learnedCodes whether the training set is retrieved by sgn(U) instead of the hash layer's signs: codes that have seen the labels
 */
@Published(
        paper = "Zhang, Zhang, Li, Guo, SIGIR 2014",
        equation = {"L(U) = Σ_{i≠j} ( s_ij θ_ij − softplus(θ_ij) ) − ‖U‖² / (2β),   θ_ij = ½ ⟨u_i, u_j⟩"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record Lfh(
        double beta,
        boolean betaPerBit,
        Learning learning,
        int columns,
        double lambda,
        boolean unitStart,
        boolean learnedCodes)
        implements HashingMethod {
    /** Which pairs an iteration sees. */
    public enum Learning {
        /** Those of drawn columns; O(n k²) an iteration. */
        STOCHASTIC,
        /** All; O(n² k) an iteration. */
        FULL
    }

    /** @throws IllegalArgumentException unless β and λ are positive and columns is not negative */
    public Lfh {
        if (!(beta > 0) || !(lambda > 0) || columns < 0) {
            throw new IllegalArgumentException("lfh: beta is " + beta + ", lambda is " + lambda + ", columns is "
                    + columns + "; need beta > 0, lambda > 0, columns >= 0");
        }
    }

    /** The authors' demo, its β divided by the bits, with the scaled start: 50 iterations. */
    public static Lfh demo() {
        return new Lfh(30, true, Learning.STOCHASTIC, 0, 1, true, false);
    }

    /** β as it is written in the prior, not divided. */
    public static Lfh undivided() {
        return new Lfh(30, false, Learning.STOCHASTIC, 0, 1, true, false);
    }

    @Override
    public String name() {
        return "lfh";
    }

    @Override
    public HashLayer head(int bits) {
        return HashLayer.linear(bits);
    }

    @Override
    public MethodState begin(Training training) {
        return new State(training);
    }

    private final class State implements MethodState {
        private final Training training;
        private final LinearAlgebra algebra = LinearAlgebra.host();
        private final LfhSteps steps;
        private final double[] mean;
        private final double[][] x;
        private final double[][] inverse;
        private double[][] u;
        private double objective;

        State(Training training) {
            this.training = training;
            float[] features = training.backboneFeatures();
            if (training.pretrained() && !Arrays.equals(features, training.features())) {
                throw new IllegalArgumentException(
                        "lfh: the features are another network's; need train.warmStart = true, or no train.pretrain");
            }
            x = Matrices.rows(features, training.count());
            mean = centre(x);
            u = LfhSteps.principalComponents(x, training.bits(), unitStart, algebra);
            inverse = inverse(LinearAlgebra.plusDiagonal(algebra.gram(x), lambda));
            double prior = betaPerBit ? beta / training.bits() : beta;
            steps = new LfhSteps(Similarity.of(training.labels()), prior, algebra);
        }

        private double[][] inverse(double[][] a) {
            return algebra.solve(a, LinearAlgebra.plusDiagonal(new double[a.length][a.length], 1));
        }

        @Override
        public int[] beginEpoch(Epoch epoch) {
            return new int[0];
        }

        @Override
        public Variable loss(Batch batch) {
            throw new IllegalStateException("lfh: does not train on batches");
        }

        @Override
        public void endEpoch(Epoch epoch) {
            int n = training.count();
            int size = learning == Learning.FULL ? n : Math.min(n, columns == 0 ? training.bits() : columns);
            int[] drawn = Arrays.copyOf(epoch.key("columns").permutation(n), size);
            double pairs = (double) n * (n - 1) - (double) (n - size) * (n - size - 1);
            epoch.log("objective_before", -steps.logPosterior(u, drawn) / pairs);
            u = learning == Learning.FULL ? steps.sweep(u) : steps.sampledStep(u, drawn);
            epoch.log("objective_after", -steps.logPosterior(u, drawn) / pairs);
            int[] watched = Arrays.copyOf(training.key("watched").permutation(n), size);
            objective = -steps.logPosterior(u, watched) / pairs;
            project();
        }

        /** Writes W and −mean W into the hash layer. */
        private void project() {
            LinearAlgebra fast = LinearAlgebra.on(training.backend());
            double[][] w = LinearAlgebra.transpose(algebra.multiply(inverse, fast.transposeMultiply(x, u)));
            double[] bias = new double[w.length];
            for (int b = 0; b < w.length; b++) {
                for (int d = 0; d < mean.length; d++) {
                    bias[b] -= mean[d] * w[b][d];
                }
            }
            Linear hash = training.network().hash();
            hash.parameters().get(0).assign(Matrices.flat(w));
            hash.parameters().get(1).assign(bias);
        }

        @Override
        public OptionalDouble objective() {
            return OptionalDouble.of(objective);
        }

        @Override
        public Optional<Codes> trainingCodes() {
            return learnedCodes
                    ? Optional.of(Codes.fromReal(Matrices.flat(u), training.count(), training.bits()))
                    : Optional.empty();
        }
    }

    /** Subtracts the mean row in place and returns it. */
    private static double[] centre(double[][] x) {
        double[] mean = new double[x[0].length];
        for (double[] row : x) {
            for (int d = 0; d < mean.length; d++) {
                mean[d] += row[d] / x.length;
            }
        }
        for (double[] row : x) {
            for (int d = 0; d < mean.length; d++) {
                row[d] -= mean[d];
            }
        }
        return mean;
    }
}
