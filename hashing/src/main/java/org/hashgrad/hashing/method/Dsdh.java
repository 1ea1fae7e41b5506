package org.hashgrad.hashing.method;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DpshLoss;
import org.hashgrad.hashing.loss.DsdhLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.hashing.step.DsdhSteps;
import org.hashgrad.hashing.step.LinearAlgebra;
import org.hashgrad.hashing.step.Signs;
import org.hashgrad.hashing.step.Similarity;
import org.hashgrad.nn.model.HashLayer;

/**
 * Deep Supervised Discrete Hashing (Li, Sun, He, Tan, NeurIPS 2017): a linear hash layer is trained on pairs of a batch with the stored
 * outputs of the whole training set and drawn to discrete codes B ({@link DsdhLoss}); B must also be good for a linear classifier W of the
 * labels. After each epoch W is solved by ridge regression and B bit by bit ({@link DsdhSteps}). Codes are the network's signs. An epoch
 * logs {@code objective_before_w}, {@code objective_after_w} and {@code objective_after_b}, which never rise in this order. B begins as
 * the signs of the untrained network, stored outputs as 0.
 *
 * @param loss of the network step
 * @param classification NONE is the ablation μ = 0: B = sgn(H)
 * @param mu μ: 1 in the paper
 * @param nu ν: 0.1 in the paper
 * @param solve PER_EPOCH as the paper's algorithm reads; PER_BATCH as the authors' code has it
 * @param sweeps over the bits at most: until nothing changes, 10 in the authors' code, 1 in TreezzZ's
 * @param tanh whether the hash layer has a tanh, as TreezzZ's has
 */
@Published(
        paper = "Li, Sun, He, Tan, NeurIPS 2017",
        equation = {
            "J = a Σ_ij w_ij [ softplus(θ_ij) − s_ij θ_ij ] + c η Σ_i ‖t_i − u_i‖²,   Θ = ½ U Vᵀ",
            "J(B, W) = μ ‖Y − B W‖² + ν ‖W‖² + η ‖B − H‖²"
        },
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.POINT_WISE, Taxonomy.DISCRETE
        })
public record Dsdh(
        DsdhLoss loss, Classification classification, double mu, double nu, Solve solve, int sweeps, boolean tanh)
        implements HashingMethod {
    /** Whether labels are regressed on codes. */
    public enum Classification {
        /** ‖Y − BW‖², weighted μ. */
        LINEAR,
        /** Not at all. */
        NONE
    }

    /** Where W and B are solved. */
    public enum Solve {
        /** For the whole training set, after each epoch, B starting from the last B. */
        PER_EPOCH,
        /** For each batch alone, from its own outputs, B starting from zeros: liqi-casia/DSDH-HashingCode. */
        PER_BATCH
    }

    /** @throws IllegalArgumentException unless {@link DsdhSteps} takes the weights and there is at least one sweep */
    public Dsdh {
        new DsdhSteps(mu, nu, loss.eta());
        if (sweeps < 1) {
            throw new IllegalArgumentException("dsdh: sweeps is " + sweeps + "; need >= 1");
        }
    }

    /** The paper's equations and weights. */
    public static Dsdh paper() {
        return new Dsdh(DsdhLoss.paper(55), Classification.LINEAR, 1, 0.1, Solve.PER_EPOCH, DsdhSteps.SWEEPS, false);
    }

    /**
     * Both terms as means, so that neither the rate nor η depends on the sizes: with 5000 training samples and 48 bits, η is 52 of the
     * paper's 55, and η : μ : ν is 50 : 1 : 0.1.
     */
    public static Dsdh mean() {
        return new Dsdh(
                new DsdhLoss(0.5, Balance.NONE, true, DpshLoss.Normalization.PER_TERM),
                Classification.LINEAR,
                0.01,
                0.001,
                Solve.PER_EPOCH,
                DsdhSteps.SWEEPS,
                false);
    }

    /** liqi-casia/DSDH-HashingCode: rates logspace(−2, −6) over 150 epochs, batch 128, weight decay 5e-4. Its sgn(0) is 0, here +1. */
    public static Dsdh matlab() {
        return new Dsdh(DsdhLoss.matlab(55), Classification.LINEAR, 1, 0.1, Solve.PER_BATCH, DsdhSteps.SWEEPS, false);
    }

    /** TreezzZ/DSDH_PyTorch: RMSprop at 1e-5, batch 128, 150 epochs; B begins as random signs there. ImageNet: η = 2, μ = ν = 5. */
    public static Dsdh treezzz() {
        return new Dsdh(DsdhLoss.treezzz(0.01), Classification.LINEAR, 0.01, 1, Solve.PER_EPOCH, 1, true);
    }

    /**
     * swuxyj/DeepHash-pytorch: B does not reach its network, which is trained by the pairs alone, so η, W and B change no code. Outputs start
     * at 0 there.
     */
    public static Dsdh deepHashPytorch() {
        return new Dsdh(DsdhLoss.treezzz(0), Classification.LINEAR, 1, 1, Solve.PER_EPOCH, DsdhSteps.SWEEPS, false);
    }

    @Override
    public String name() {
        return "dsdh";
    }

    @Override
    public List<Loss> objective(int bits) {
        return List.of(loss);
    }

    @Override
    public HashLayer head(int bits) {
        return tanh ? HashLayer.tanh(bits) : HashLayer.linear(bits);
    }

    @Override
    public MethodState begin(Training training) {
        return new State(training);
    }

    private final class State implements MethodState {
        private final DsdhSteps steps = new DsdhSteps(mu, nu, loss.eta());
        private final LinearAlgebra algebra = LinearAlgebra.host();
        private final CodeMemory memory;
        private final double[][] labels;
        private double[][] b;
        private double[][] w;

        State(Training training) {
            labels = Similarity.rows(training.labels());
            b = Signs.of(Matrices.rows(training.relaxedCodes(), labels.length));
            w = new double[training.bits()][training.labels().classes()];
            memory = new CodeMemory(training.backend(), training.count(), training.bits());
        }

        @Override
        public Variable loss(Batch batch) {
            memory.store(batch);
            if (solve == Solve.PER_BATCH) {
                solveBatch(batch);
            }
            return loss.of(batch.relaxedCodes(), memory.on(batch.pass()), batch.pairsWithAll(), batch.rowsOf(b));
        }

        private void solveBatch(Batch batch) {
            int[] rows = batch.rows();
            double[][] u = Matrices.rows(batch.relaxedCodes().value().toFloats(), rows.length);
            double[][] y = new double[rows.length][];
            Arrays.setAll(y, i -> labels[rows[i]]);
            double[][] codes =
                    classification == Classification.NONE ? Signs.of(u) : steps.batchCodes(u, y, sweeps, algebra);
            for (int i = 0; i < rows.length; i++) {
                b[rows[i]] = codes[i];
            }
        }

        @Override
        public void endEpoch(Epoch epoch) {
            if (solve == Solve.PER_BATCH) {
                return;
            }
            double[][] h = Matrices.rows(memory.values(), labels.length);
            if (classification == Classification.NONE) {
                b = Signs.of(h);
                return;
            }
            epoch.log("objective_before_w", steps.objective(b, w, labels, h));
            w = steps.classifier(b, labels, algebra);
            epoch.log("objective_after_w", steps.objective(b, w, labels, h));
            b = steps.descend(b, w, labels, h, sweeps);
            epoch.log("objective_after_b", steps.objective(b, w, labels, h));
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
