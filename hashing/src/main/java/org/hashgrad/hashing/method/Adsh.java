package org.hashgrad.hashing.method;

import java.util.Arrays;
import java.util.Optional;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.loss.AdshLoss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.hashing.step.AdshSteps;
import org.hashgrad.hashing.step.LinearAlgebra;
import org.hashgrad.hashing.step.Signs;
import org.hashgrad.hashing.step.Similarity;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.tensor.RandomKey;

/**
 * Asymmetric Deep Supervised Hashing (Jiang, Li, AAAI 2018): codes V of the whole training set are variables of their own, and the network,
 * with a tanh hash layer, only encodes queries. Each outer iteration draws queries Ω from the training set, trains the network on them against
 * V for {@code inner} epochs ({@link AdshLoss}) and then solves V bit by bit ({@link AdshSteps}). The training set is retrieved by V, anything
 * else by the network's signs. An outer iteration's last epoch logs {@code objective_before_v} and {@code objective_after_v}, which is never
 * larger unless {@code signsInStep} or V was no code yet.
 *
 * @param gamma γ: 200 in the paper
 * @param softSimilarity whether dissimilar pairs have s = −#similar / #dissimilar of Ω against all, as in all code; else −1, as printed
 * @param reduction SUM as printed; MEAN, over the pairs of a batch, as in the authors' code
 * @param queries |Ω|, at most the training set: 2000 in the paper
 * @param inner epochs over Ω for each step of V: 3 in the paper
 * @param start V at first
 * @param signsInStep whether the step of V has sgn(U) in SᵀU and U elsewhere, as in the authors' MATLAB code
 */
@Published(
        paper = "Jiang, Li, AAAI 2018",
        equation = {
            "J(U, V) = Σ_i Σ_j ( ⟨u_i, v_j⟩ − k s_ij )² + γ Σ_i ‖v_Ωi − u_i‖²,   s_ij = 1 for similar pairs, −r for others"
        },
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE, Taxonomy.ASYMMETRIC
        })
public record Adsh(
        double gamma,
        boolean softSimilarity,
        Reduction reduction,
        int queries,
        int inner,
        Start start,
        boolean signsInStep)
        implements HashingMethod {
    /** V before the first step. */
    public enum Start {
        /** Random signs. */
        SIGNS,
        /** Zeros, so that the first outer iteration draws the network's outputs to 0: the authors' MATLAB code. */
        ZEROS,
        /** Standard normal: TreezzZ/ADSH_PyTorch. */
        NORMAL
    }

    /** @throws IllegalArgumentException unless {@link AdshLoss} takes γ, and there is at least one query and inner epoch */
    public Adsh {
        new AdshLoss(gamma, 1, reduction);
        if (queries < 2 || inner < 1) {
            throw new IllegalArgumentException(
                    "adsh: queries is " + queries + ", inner is " + inner + "; need queries >= 2, inner >= 1");
        }
    }

    /** The paper's equations and sizes. */
    public static Adsh paper() {
        return new Adsh(200, false, Reduction.SUM, 2000, 3, Start.SIGNS, false);
    }

    /** With what all code has: soft similarity, and means, so that the rate does not depend on the sizes. */
    public static Adsh mean() {
        return new Adsh(200, true, Reduction.MEAN, 2000, 3, Start.SIGNS, false);
    }

    /** jiangqy/ADSH-AAAI2018, MATLAB: its demo has 50 outer iterations of batch 64 with rates logspace(−4, −6). */
    public static Adsh matlab() {
        return new Adsh(200, true, Reduction.MEAN, 2000, 3, Start.ZEROS, true);
    }

    /** TreezzZ/ADSH_PyTorch: it trains with Adam at 1e-4, weight decay 1e-5. */
    public static Adsh treezzz() {
        return new Adsh(200, true, Reduction.MEAN, 2000, 3, Start.NORMAL, false);
    }

    @Override
    public String name() {
        return "adsh";
    }

    @Override
    public HashLayer head(int bits) {
        return HashLayer.tanh(bits);
    }

    @Override
    public MethodState begin(Training training) {
        return new State(training);
    }

    private double[][] start(RandomKey key, int count, int bits) {
        double[][] v = new double[count][bits];
        for (int i = 0; i < count && start != Start.ZEROS; i++) {
            for (int b = 0; b < bits; b++) {
                double normal = key.gaussian((long) i * bits + b);
                v[i][b] = start == Start.SIGNS ? Signs.of(normal) : normal;
            }
        }
        return v;
    }

    private final class State implements MethodState {
        private final Training training;
        private final LinearAlgebra algebra = LinearAlgebra.host();
        private final Similarity similarity;
        private final CodeMemory bank;
        private double[][] v;
        private int[] omega = new int[0];
        private boolean solved;
        private AdshSteps steps;
        private AdshLoss loss;

        State(Training training) {
            this.training = training;
            this.similarity = Similarity.of(training.labels());
            this.v = start(training.key("codes"), training.count(), training.bits());
            this.bank = new CodeMemory(training.backend(), training.count(), training.bits());
            this.loss = new AdshLoss(gamma, 1, reduction);
            this.steps = new AdshSteps(similarity, omega, 1, gamma, algebra);
            bank.assign(Matrices.flatFloats(v));
        }

        @Override
        public int[] beginEpoch(Epoch epoch) {
            if (epoch.number() % inner == 0) {
                int size = Math.min(queries, training.count());
                omega = Arrays.copyOf(epoch.key("queries").permutation(training.count()), size);
                double dissimilarity =
                        softSimilarity ? AdshSteps.softDissimilarity(similarity, omega, training.count()) : 1;
                loss = new AdshLoss(gamma, dissimilarity, reduction);
                steps = new AdshSteps(similarity, omega, dissimilarity, gamma, algebra);
            }
            return omega.clone();
        }

        @Override
        public Variable loss(Batch batch) {
            return loss.of(batch.relaxedCodes(), bank.on(batch.pass()), batch.pairsWithAll(), batch.rowsOf(v));
        }

        @Override
        public boolean roundDone() {
            return solved;
        }

        @Override
        public void endEpoch(Epoch epoch) {
            solved = epoch.number() % inner == inner - 1 || epoch.number() == epoch.epochs() - 1;
            if (!solved) {
                return;
            }
            double[][] u = Matrices.rows(training.relaxedCodes(omega), omega.length);
            epoch.log("objective_before_v", steps.objective(u, v));
            v = signsInStep ? steps.sweepWithSigns(u, v) : steps.sweep(u, v);
            epoch.log("objective_after_v", steps.objective(u, v));
            bank.assign(Matrices.flatFloats(v));
        }

        @Override
        public Optional<Codes> trainingCodes() {
            return Optional.of(Codes.fromReal(Matrices.flat(v), training.count(), training.bits()));
        }

        @Override
        public void close() {
            bank.close();
        }
    }
}
