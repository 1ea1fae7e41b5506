package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.junit.jupiter.api.Test;

class LossesTest extends OnReference {
    private static final Shape SHAPE = Shape.of(2, 3);
    private static final double[] LOGITS = {1, 2, 4, -1, 0, 0.5};

    @Test
    void softmaxCrossEntropyAndItsGradientMatchTheClosedForm() {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = pass.input(backend.tensor(SHAPE, LOGITS));
            Variable byLabels = Losses.softmaxCrossEntropy(x, IndexTensor.of(2, 0));
            Variable targets = pass.constant(backend.tensor(SHAPE, 0, 0, 1, 1, 0, 0));
            Variable byTargets = Losses.softmaxCrossEntropy(x, targets);
            double sum0 = Math.exp(1) + Math.exp(2) + Math.exp(4);
            double sum1 = Math.exp(-1) + 1 + Math.exp(0.5);
            double expected = (Math.log(sum0) - 4 + Math.log(sum1) + 1) / 2;
            assertEquals(expected, byLabels.value().item(), 1e-14);
            assertEquals(expected, byTargets.value().item(), 1e-14);
            double[] gradient = pass.gradients(byLabels, List.of(x), Order.FIRST)
                    .get(0)
                    .value()
                    .toDoubles();
            for (int i = 0; i < 6; i++) {
                double softmax = Math.exp(LOGITS[i]) / (i < 3 ? sum0 : sum1);
                assertEquals((softmax - (i == 2 || i == 3 ? 1 : 0)) / 2, gradient[i], 1e-14);
            }
        }
    }

    @Test
    void softmaxCrossEntropyIsFiniteForHugeLogits() {
        try (Pass pass = Pass.evaluate(backend)) {
            Variable x = pass.constant(backend.tensor(Shape.of(1, 2), 1e4, -1e4));
            assertEquals(
                    2e4,
                    Losses.softmaxCrossEntropy(x, IndexTensor.of(1)).value().item());
        }
    }

    @Test
    void meanSquaredErrorAveragesOverAllElements() {
        try (Pass pass = Pass.train(backend, KEY)) {
            Variable x = pass.input(backend.tensor(SHAPE, LOGITS));
            Variable target = pass.constant(backend.fill(SHAPE, 1));
            Variable loss = Losses.meanSquaredError(x, target);
            assertEquals((0 + 1 + 9 + 4 + 1 + 0.25) / 6, loss.value().item(), 1e-14);
            double[] gradient =
                    pass.gradients(loss, List.of(x), Order.FIRST).get(0).value().toDoubles();
            assertArrayEquals(new double[] {0, 2 / 6.0, 1, -4 / 6.0, -2 / 6.0, -1 / 6.0}, gradient, 1e-14);
        }
    }

    @Test
    void unequalShapesAndWrongLabelsAreRefused() {
        try (Pass pass = Pass.evaluate(backend)) {
            Variable x = pass.constant(backend.tensor(SHAPE, LOGITS));
            Variable y = pass.constant(backend.fill(Shape.of(3, 2), 1));
            assertEquals(
                    "meanSquaredError: x is (2, 3), target is (3, 2); need equal shapes",
                    assertThrows(ShapeException.class, () -> Losses.meanSquaredError(x, y))
                            .getMessage());
            assertEquals(
                    "softmaxCrossEntropy: logits are (2, 3), got 1 labels; need logits (n, c) and n labels",
                    assertThrows(ShapeException.class, () -> Losses.softmaxCrossEntropy(x, IndexTensor.of(1)))
                            .getMessage());
            assertEquals(
                    "softmaxCrossEntropy: labels[1] is 3, need 0 <= label < 3",
                    assertThrows(
                                    IndexOutOfBoundsException.class,
                                    () -> Losses.softmaxCrossEntropy(x, IndexTensor.of(0, 3)))
                            .getMessage());
        }
    }
}
