package org.hashgrad.hashing.loss.custom;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.ClosedFormGradient;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.PairLoss;
import org.hashgrad.hashing.loss.PairTargetLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.loss.PointLoss;
import org.hashgrad.hashing.loss.TargetLoss;
import org.hashgrad.hashing.loss.TripletLoss;
import org.hashgrad.hashing.loss.Triplets;

/**
 * A weighted sum of losses.
 * <pre>  L = Σ_t w_t L_t,   ∇L = Σ_t w_t ∇L_t </pre>
 * Its kind is that of its parts together. Losses of points see u alone and go with every kind; those of pairs go with triplets, of which
 * they see all pairs, and with target codes. It has a closed form when every part has one.
 */
public final class WeightedLoss {
    private WeightedLoss() {}

    /** One loss and its weight, as a configuration names it. */
    public record Part(String name, double weight, Loss loss) {
        /** @throws IllegalArgumentException unless the weight is finite */
        public Part {
            if (!Double.isFinite(weight)) {
                throw new IllegalArgumentException("loss: the weight of " + name + " is " + weight + "; need a number");
            }
        }
    }

    /** @throws IllegalArgumentException for no part, or parts of kinds that have no common input */
    public static Loss of(List<Part> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("loss: a weighted sum of no losses; need at least one");
        }
        List<Part> all = List.copyOf(parts);
        boolean ofTriplets = has(all, TripletLoss.class);
        boolean ofTargets = has(all, TargetLoss.class) || has(all, PairTargetLoss.class);
        boolean ofPairs = has(all, PairLoss.class) || has(all, PairTargetLoss.class);
        if (ofTargets && ofTriplets) {
            throw new IllegalArgumentException(
                    "loss: a loss to target codes can not be added to one of triplets; found "
                            + all.stream().map(Part::name).toList());
        }
        if (ofTriplets) {
            return new OfTriplets(all);
        }
        if (ofTargets) {
            return ofPairs ? new OfPairsAndTargets(all) : new OfTargets(all);
        }
        return ofPairs ? new OfPairs(all) : new OfPoints(all);
    }

    private static boolean has(List<Part> parts, Class<? extends Loss> kind) {
        return parts.stream().anyMatch(part -> kind.isInstance(part.loss));
    }

    private interface Term {
        Variable of(Loss loss);
    }

    private static Variable sum(List<Part> parts, Term term) {
        return parts.stream()
                .map(part -> term.of(part.loss).times(part.weight))
                .reduce(Variable::plus)
                .orElseThrow();
    }

    /** @param constants how many of the inputs the kind of the sum is given after the trained ones */
    private static Optional<ClosedFormGradient> formula(List<Part> parts, int constants) {
        return parts.stream().allMatch(part -> part.loss.closedForm().isPresent())
                ? Optional.of(inputs -> gradient(parts, inputs.length - constants, inputs))
                : Optional.empty();
    }

    private static double[][][] gradient(List<Part> parts, int trained, double[][]... inputs) {
        double[][][] sum = new double[trained][][];
        for (int i = 0; i < trained; i++) {
            sum[i] = new double[inputs[i].length][inputs[i][0].length];
        }
        for (Part part : parts) {
            double[][][] gradients =
                    part.loss.closedForm().orElseThrow().gradient(inputsOf(part.loss, trained, inputs));
            for (int i = 0; i < gradients.length; i++) {
                for (int row = 0; row < sum[i].length; row++) {
                    for (int b = 0; b < sum[i][row].length; b++) {
                        sum[i][row][b] += part.weight * gradients[i][row][b];
                    }
                }
            }
        }
        return sum;
    }

    /** Those of (u, v, s, d or target) that the kind of {@code loss} is given. */
    private static double[][][] inputsOf(Loss loss, int trained, double[][]... inputs) {
        if (loss instanceof PointLoss) {
            return new double[][][] {inputs[0]};
        }
        if (loss instanceof TargetLoss) {
            return new double[][][] {inputs[0], inputs[inputs.length - 1]};
        }
        return loss instanceof PairLoss ? Arrays.copyOf(inputs, trained + 1) : inputs;
    }

    private record OfPoints(List<Part> parts) implements PointLoss {
        @Override
        public Variable of(Variable u) {
            return sum(parts, loss -> ((PointLoss) loss).of(u));
        }

        @Override
        public Optional<ClosedFormGradient> closedForm() {
            return formula(parts, 0);
        }
    }

    private record OfPairs(List<Part> parts) implements PairLoss {
        @Override
        public Variable of(Variable u, Variable v, Pairs pairs) {
            return sum(
                    parts,
                    loss -> loss instanceof PointLoss ofPoints ? ofPoints.of(u) : ((PairLoss) loss).of(u, v, pairs));
        }

        @Override
        public Optional<ClosedFormGradient> closedForm() {
            return formula(parts, 1);
        }
    }

    private record OfTriplets(List<Part> parts) implements TripletLoss {
        @Override
        public Variable of(Variable u, Variable v, Triplets triplets) {
            return sum(
                    parts,
                    loss -> loss instanceof PointLoss ofPoints
                            ? ofPoints.of(u)
                            : loss instanceof PairLoss ofPairs
                                    ? ofPairs.of(u, v, triplets.pairs())
                                    : ((TripletLoss) loss).of(u, v, triplets));
        }

        @Override
        public Optional<ClosedFormGradient> closedForm() {
            return formula(parts, 2);
        }
    }

    private record OfTargets(List<Part> parts) implements TargetLoss {
        @Override
        public Variable of(Variable u, Variable target) {
            return sum(
                    parts,
                    loss -> loss instanceof PointLoss ofPoints ? ofPoints.of(u) : ((TargetLoss) loss).of(u, target));
        }

        @Override
        public Optional<ClosedFormGradient> closedForm() {
            return formula(parts, 1);
        }
    }

    private record OfPairsAndTargets(List<Part> parts) implements PairTargetLoss {
        @Override
        public Variable of(Variable u, Variable v, Pairs pairs, Variable target) {
            return sum(parts, loss -> {
                if (loss instanceof PointLoss ofPoints) {
                    return ofPoints.of(u);
                }
                if (loss instanceof TargetLoss ofTargets) {
                    return ofTargets.of(u, target);
                }
                return loss instanceof PairLoss ofPairs
                        ? ofPairs.of(u, v, pairs)
                        : ((PairTargetLoss) loss).of(u, v, pairs, target);
            });
        }

        @Override
        public Optional<ClosedFormGradient> closedForm() {
            return formula(parts, 2);
        }
    }
}
