package org.hashgrad.hashing.method;

import java.util.Arrays;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.loss.DdshLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.hashing.step.AdshSteps;
import org.hashgrad.hashing.step.DdshSteps;
import org.hashgrad.hashing.step.Signs;
import org.hashgrad.hashing.step.Similarity;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.tensor.Shape;

/**
 * Deep Discrete Supervised Hashing (DDSH; Jiang, Cui, Li, TIP 2018): a tanh hash layer. Every {@code inner} epochs some samples Ω are drawn.
 * Before each epoch the codes of Ω are solved bit by bit against the codes of the rest Γ ({@link DdshSteps}), then the network trains on Γ
 * towards Ω's codes ({@link DdshLoss}), and Γ's codes become its signs. The log has the discrete objective before and after Ω's step.
 *
 * @param sampled |Ω|, less than the training set: 100 in the authors' code
 * @param inner epochs for a drawn Ω: 3 in the authors' code
 * @param residual which bits a bit of Ω is fitted beside; the authors' code: EARLIER_BITS
 * @param dissimilarity the similarity of pairs without a common label
 * @param reduction SUM as printed; MEAN, over the pairs of a batch with Ω, so that the rate does not depend on the sizes
 */
@Published(
        paper = "Jiang, Cui, Li, TIP 2018",
        equation = {"L = ‖B Bᵀ − k S_Ω‖² + ‖G Bᵀ − k S_Γ‖²"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE, Taxonomy.ASYMMETRIC
        })
public record Ddsh(
        int sampled, int inner, DdshSteps.Residual residual, Dissimilarity dissimilarity, Reduction reduction)
        implements HashingMethod {
    /** s of pairs without a common label. */
    public enum Dissimilarity {
        /** −1, as printed. */
        MINUS_ONE,
        /** −#similar / #dissimilar of Ω with all samples: the authors' code. */
        SOFT,
        /** 0: the authors' code for samples of several labels. */
        ZERO
    }

    /** @throws IllegalArgumentException unless at least one sample is drawn, for at least one epoch */
    public Ddsh {
        if (sampled < 1 || inner < 1) {
            throw new IllegalArgumentException(
                    "ddsh: sampled is " + sampled + ", inner is " + inner + "; need both >= 1");
        }
    }

    /** The sizes and the similarity of the authors' code, means. */
    public static Ddsh mean() {
        return new Ddsh(100, 3, DdshSteps.Residual.EARLIER_BITS, Dissimilarity.SOFT, Reduction.MEAN);
    }

    @Override
    public String name() {
        return "ddsh";
    }

    @Override
    public HashLayer head(int bits) {
        return HashLayer.tanh(bits);
    }

    /** @throws IllegalArgumentException unless fewer samples are drawn than there are */
    @Override
    public MethodState begin(Training training) {
        if (sampled >= training.count()) {
            throw new IllegalArgumentException(
                    "ddsh: sampled is " + sampled + "; need less than the " + training.count() + " training samples");
        }
        return new State(training);
    }

    private final class State implements MethodState {
        private final Training training;
        private final Labels labels;
        private final DdshSteps steps = new DdshSteps(residual);
        private final double[][] codes;
        private int[] drawn = new int[0];
        private int[] others = new int[0];
        private double r;

        State(Training training) {
            this.training = training;
            this.labels = training.labels();
            this.codes = Signs.of(Matrices.rows(training.relaxedCodes(), training.count()));
        }

        @Override
        public int[] beginEpoch(Epoch epoch) {
            if (epoch.number() % inner == 0) {
                int[] order = epoch.key("drawn").permutation(training.count());
                drawn = Arrays.copyOf(order, sampled);
                others = Arrays.copyOfRange(order, sampled, order.length);
                r = switch (dissimilarity) {
                    case MINUS_ONE -> 1;
                    case ZERO -> 0;
                    case SOFT -> AdshSteps.softDissimilarity(Similarity.of(labels), drawn, training.count());
                };
            }
            double[][] within = similarity(drawn);
            double[][] across = similarity(others);
            double[][] fixed = rows(others);
            epoch.log("objective_before_codes", DdshSteps.objective(rows(drawn), fixed, within, across));
            double[][] solved = steps.codes(rows(drawn), fixed, within, across);
            epoch.log("objective_after_codes", DdshSteps.objective(solved, fixed, within, across));
            for (int i = 0; i < drawn.length; i++) {
                codes[drawn[i]] = solved[i];
            }
            return others.clone();
        }

        /** S of the given samples with the drawn ones. */
        private double[][] similarity(int[] samples) {
            double[][] s = new double[samples.length][drawn.length];
            for (int i = 0; i < samples.length; i++) {
                for (int j = 0; j < drawn.length; j++) {
                    s[i][j] = labels.similar(samples[i], labels, drawn[j]) ? 1 : -r;
                }
            }
            return s;
        }

        private double[][] rows(int[] samples) {
            return Arrays.stream(samples).mapToObj(i -> codes[i]).toArray(double[][]::new);
        }

        @Override
        public Variable loss(Batch batch) {
            Variable bank = batch.pass()
                    .constant(batch.pass()
                            .backend()
                            .tensor(Shape.of(drawn.length, training.bits()), Matrices.flat(rows(drawn))));
            return new DdshLoss(r, reduction)
                    .of(batch.relaxedCodes(), bank, Pairs.between(labels, batch.rows(), labels, drawn));
        }

        @Override
        public void endEpoch(Epoch epoch) {
            double[][] relaxed = Signs.of(Matrices.rows(training.relaxedCodes(others), others.length));
            for (int i = 0; i < others.length; i++) {
                codes[others[i]] = relaxed[i];
            }
        }
    }
}
