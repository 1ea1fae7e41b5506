package org.hashgrad.hashing.method;

import java.util.Map;
import java.util.OptionalDouble;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.CodeRegression;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.hashing.step.EddhSteps;
import org.hashgrad.hashing.step.EddhWeights;
import org.hashgrad.hashing.step.LinearAlgebra;
import org.hashgrad.hashing.step.Signs;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.tensor.RandomKey;

/**
 * Enhanced Deep Discrete Hashing (EDDH; Yang, Raymond, Sun, Long, IPM 2021): a tanh hash layer, and codes B, a projection A of the labels
 * and an auxiliary P solved around the network ({@link EddhSteps}). Before the first epoch the semantic–visual similarity Ŝ is built from
 * labels and visual features ({@link EddhSimilarity}). A round is a P-step, {@code inner} epochs of the network towards P and B ({@link
 * CodeRegression}), an A-step and a B-step; the log has the objective J after each, and a closed-form step that raises it is an error.
 *
 * <p>The paper takes features of a pretrained CNN-F. Here they are those of the backbone trained as a classifier, with {@code
 * train.pretrain}; without it the untrained backbone's. The paper's weights, rates and rounds are unknown, so all of them are ours.
 *
 * @param weights λ, μ, γ, ρ of J
 * @param similarity how Ŝ is built
 * @param reduction SUM is J's own gradient; MEAN divides it by batch times bits times (λ + μ), so that the rate depends on none of them
 * @param inner epochs of the network in a round
 */
@Published(
        paper = "Yang, Raymond, Sun, Long, IPM 2021",
        equation = {"J = ‖P Vᵀ − k Ŝ‖² + μ‖P − F‖² + λ‖F − B‖² + γ‖B − V‖² + ρ‖V‖²"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE, Taxonomy.ASYMMETRIC
        })
public record Eddh(EddhWeights weights, EddhSimilarity similarity, Reduction reduction, int inner)
        implements HashingMethod {
    /** How far rounding may raise J in a step, relative to J: its terms cancel to about 10⁻⁴ of their size, which is known to 10⁻¹⁶ n. */
    private static final double ROUNDING = 1e-8;

    /** @throws IllegalArgumentException unless there is at least one inner epoch */
    public Eddh {
        if (inner < 1) {
            throw new IllegalArgumentException("eddh: inner is " + inner + "; need >= 1");
        }
    }

    /** λ = μ = γ = 5000, the size of our training sets, ρ = 0.1, a split normal fitted to 10 000 pairs by maximum likelihood. */
    public static Eddh mean() {
        return new Eddh(
                new EddhWeights(5000, 5000, 5000, 0.1, EddhWeights.Regularizer.CODES),
                EddhSimilarity.visual(),
                Reduction.MEAN,
                1);
    }

    @Override
    public String name() {
        return "eddh";
    }

    @Override
    public HashLayer head(int bits) {
        return HashLayer.tanh(bits);
    }

    @Override
    public MethodState begin(Training training) {
        return new State(training);
    }

    private static double[][] randomSigns(RandomKey key, int count, int bits) {
        double[][] signs = new double[count][bits];
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < bits; b++) {
                signs[i][b] = Signs.of(key.uniform((long) i * bits + b) - 0.5);
            }
        }
        return signs;
    }

    private final class State implements MethodState {
        private final Training training;
        private final EddhSimilarity.Built built;
        private final EddhSteps steps;
        private final CodeRegression distance = new CodeRegression(reduction);
        private double[][] f;
        private double[][] b;
        private double[][] a;
        private double[][] p;
        private double objective;

        State(Training training) {
            this.training = training;
            built = similarity.build(training);
            steps = new EddhSteps(weights, training.labels(), built.sums(), LinearAlgebra.host());
            f = Matrices.rows(training.relaxedCodes(), training.count());
            b = randomSigns(training.key("codes"), training.count(), training.bits());
            a = steps.initialProjection(b);
            p = f;
            objective = steps.objective(f, p, a, b);
        }

        @Override
        public int[] beginEpoch(Epoch epoch) {
            if (epoch.number() % inner == 0) {
                p = steps.auxiliary(f, a);
                closedForm(epoch, "P", "objective_p");
            }
            return epoch.allRows();
        }

        @Override
        public Variable loss(Batch batch) {
            Variable u = batch.relaxedCodes();
            double unit = reduction == Reduction.SUM ? 1 : 1 / (weights.mu() + weights.lambda());
            return distance.of(u, batch.rowsOf(p))
                    .times(unit * weights.mu())
                    .plus(distance.of(u, batch.rowsOf(b)).times(unit * weights.lambda()));
        }

        @Override
        public void endEpoch(Epoch epoch) {
            f = Matrices.rows(training.relaxedCodes(), training.count());
            objective = steps.objective(f, p, a, b);
            epoch.log("objective_network", objective);
            if (epoch.number() % inner == inner - 1 || epoch.number() == epoch.epochs() - 1) {
                a = steps.projection(p, b);
                closedForm(epoch, "A", "objective_a");
                b = steps.codes(f, a);
                closedForm(epoch, "B", "objective_b");
            }
        }

        private void closedForm(Epoch epoch, String step, String figure) {
            double after = steps.objective(f, p, a, b);
            if (!(after <= objective + ROUNDING * Math.abs(objective))) {
                throw new IllegalStateException("eddh: the " + step + "-step of epoch " + (epoch.number() + 1)
                        + " raised the objective from " + objective + " to " + after + "; it must never rise");
            }
            objective = after;
            epoch.log(figure, after);
        }

        @Override
        public OptionalDouble objective() {
            return OptionalDouble.of(objective);
        }

        @Override
        public Map<String, Map<String, ?>> findings() {
            return Map.of("eddh-similarity.json", built.findings());
        }
    }
}
