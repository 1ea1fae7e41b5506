package org.hashgrad.hashing.loss.custom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.check.CheckReport;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.loss.AdshLoss;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.ClosedFormGradient;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.LossCheck;
import org.hashgrad.hashing.loss.PairLoss;
import org.hashgrad.hashing.loss.PairTargetLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.loss.PairwiseCrossEntropy;
import org.hashgrad.hashing.loss.PointLoss;
import org.hashgrad.hashing.loss.Quantization;
import org.hashgrad.hashing.loss.TargetLoss;
import org.hashgrad.hashing.loss.TripletLoss;
import org.hashgrad.hashing.loss.Triplets;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeightedLossTest {
    private static final double[][] SIMILARITY = {{1, 0, 1}, {0, 1, 0}, {1, 0, 1}};
    private static final double[] CODES = {0.5, -1.2, 0.3, 1.1, -0.7, 0.25};

    private final Backend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private static Map<String, Double> weights(Object... namesAndWeights) {
        Map<String, Double> weights = new LinkedHashMap<>();
        for (int i = 0; i < namesAndWeights.length; i += 2) {
            weights.put((String) namesAndWeights[i], (Double) namesAndWeights[i + 1]);
        }
        return weights;
    }

    private double[] valueAndGradient(PairLoss loss) {
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            Variable u = pass.input(backend.tensor(Shape.of(3, 2), CODES));
            Variable value = loss.of(u, u, Pairs.of(SIMILARITY, true));
            double[] gradient = pass.gradients(value, List.of(u), Order.FIRST)
                    .get(0)
                    .value()
                    .toDoubles();
            double[] both = java.util.Arrays.copyOf(gradient, gradient.length + 1);
            both[gradient.length] = value.value().item();
            return both;
        }
    }

    @Test
    void termsOfDhnMakeItsDefaultLoss() {
        PairLoss sum = assertInstanceOf(
                PairLoss.class, LossExpression.of(weights("dhn.pairwise", 1.0, "dhn.quantization", 0.1)));
        assertArrayEquals(
                valueAndGradient(DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR)), valueAndGradient(sum), 1e-15);
        PairLoss other = (PairLoss) LossExpression.of(weights("dhn.pairwise", 1.0, "dhn.quantization", 0.2));
        assertFalse(Math.abs(valueAndGradient(other)[6] - valueAndGradient(sum)[6]) < 1e-3, "the weight matters");
    }

    private record OfTriplets() implements TripletLoss {
        @Override
        public Variable of(Variable u, Variable v, Triplets triplets) {
            return u.matmulTransposed(v)
                    .times(triplets.drawn(u.pass()))
                    .square()
                    .sum();
        }
    }

    private record OfTargets() implements TargetLoss {
        @Override
        public Variable of(Variable u, Variable target) {
            return u.minus(target).square().sum();
        }
    }

    private record Regression() implements TargetLoss, ClosedFormGradient {
        @Override
        public Variable of(Variable u, Variable target) {
            return u.minus(target).square().sum();
        }

        @Override
        public double[][][] gradient(double[][]... inputs) {
            double[][] gradient = new double[inputs[0].length][inputs[0][0].length];
            for (int i = 0; i < gradient.length; i++) {
                for (int b = 0; b < gradient[i].length; b++) {
                    gradient[i][b] = 2 * (inputs[0][i][b] - inputs[1][i][b]);
                }
            }
            return new double[][][] {gradient};
        }
    }

    private static WeightedLoss.Part part(double weight, Loss loss) {
        return new WeightedLoss.Part(loss.getClass().getSimpleName(), weight, loss);
    }

    private List<String> checks(Loss loss) {
        CheckReport report = new LossCheck("sum", loss).run(backend, 1);
        report.rows().forEach(row -> assertTrue(row.passed(), row::toString));
        return report.rows().stream().map(CheckRow::check).toList();
    }

    @Test
    void sumOfPartsWithClosedFormsHasOneThatPasses() {
        Loss sum = WeightedLoss.of(List.of(
                part(0.5, PairwiseCrossEntropy.paper()), part(-2, Quantization.paper()), part(3, DhnLoss.paper(0.1))));
        assertTrue(checks(sum).contains("closed form"));
        Loss withTargets = WeightedLoss.of(List.of(
                part(0.5, PairwiseCrossEntropy.paper()),
                part(2, new Regression()),
                part(1, AdshLoss.paper(200)),
                part(-1, Quantization.paper())));
        assertInstanceOf(PairTargetLoss.class, withTargets);
        assertTrue(checks(withTargets).contains("closed form"));
        Loss points = WeightedLoss.of(List.of(part(0.5, Quantization.paper()), part(2, Quantization.paper())));
        assertInstanceOf(PointLoss.class, points);
        assertTrue(checks(points).contains("closed form"));
    }

    @Test
    void sumTakesTheKindOfItsPartsAndHasNoClosedFormWhenOneLacksIt() {
        Loss triplets = WeightedLoss.of(List.of(
                part(1, new OfTriplets()), part(1, PairwiseCrossEntropy.paper()), part(1, Quantization.paper())));
        assertInstanceOf(TripletLoss.class, triplets);
        assertFalse(checks(triplets).contains("closed form"));
        Loss targets = WeightedLoss.of(List.of(part(1, new OfTargets()), part(1, Quantization.paper())));
        assertInstanceOf(TargetLoss.class, targets);
        assertFalse(checks(targets).contains("closed form"));
    }

    @Test
    void partsWithoutACommonInputAreRefused() {
        var kinds = assertThrows(
                IllegalArgumentException.class,
                () -> WeightedLoss.of(List.of(part(1, new OfTargets()), part(1, new OfTriplets()))));
        assertEquals(
                "loss: a loss to target codes can not be added to one of triplets; found [OfTargets, OfTriplets]",
                kinds.getMessage());
        var none = assertThrows(IllegalArgumentException.class, () -> LossExpression.of(Map.of()));
        assertEquals("loss: a weighted sum of no losses; need at least one", none.getMessage());
        var weight = assertThrows(
                IllegalArgumentException.class, () -> LossExpression.of(Map.of("dhn.pairwise", Double.NaN)));
        assertEquals("loss: the weight of dhn.pairwise is NaN; need a number", weight.getMessage());
    }

    @Test
    void unknownTermIsNamed() {
        var thrown = assertThrows(DataException.class, () -> LossExpression.of(Map.of("dhn.pairwize", 1.0)));
        assertTrue(
                String.valueOf(thrown.getMessage()).startsWith("loss: there is no 'dhn.pairwize'"),
                thrown.getMessage());
    }
}
