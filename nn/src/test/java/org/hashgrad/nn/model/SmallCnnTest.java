package org.hashgrad.nn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Convolution;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.autograd.op.Pooling;
import org.hashgrad.nn.OnReference;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallCnnTest extends OnReference {
    private static final Shape IMAGES = Shape.of(3, 2, 9, 8);
    private static final PoolGeometry POOL = PoolGeometry.of(3, 2, true);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itIsTheCompositionOfItsTable(boolean tanh) {
        HashLayer hash = tanh ? HashLayer.tanh(5) : HashLayer.linear(5);
        try (Sequential net = SmallCnn.of(root(), 2, 9, 8, hash);
                Pass pass = Pass.train(backend, KEY)) {
            for (int i = 1; i <= 4; i++) {
                Shape channels = slot(net, "bn" + i + ".bias").shape();
                slot(net, "bn" + i + ".bias").assign(drawn("bias " + i, channels));
            }
            slot(net, "hash.weight").assign(drawn("hash", Shape.of(5, 256)));
            slot(net, "hash.bias").assign(1, 2, 3, 4, 5);
            Variable x = pass.constant(backend.tensor(IMAGES, drawn("x", IMAGES)));
            Variable y = convolved(pass, net, x, 1).apply(new Pooling.MaxPool(POOL));
            y = convolved(pass, net, y, 2).apply(new Pooling.AveragePool(POOL));
            y = convolved(pass, net, y, 3).apply(new Pooling.AveragePool(POOL));
            y = y.reshape(Shape.of(3, 64 * 1)).matmulTransposed(pass.of(slot(net, "fc1.weight")));
            y = normalized(pass, net, y, 4).matmulTransposed(pass.of(slot(net, "hash.weight")));
            y = y.plus(pass.of(slot(net, "hash.bias")));
            double[] expected = (tanh ? y.tanh() : y).value().toDoubles();
            assertArrayEquals(expected, net.forward(pass, x).value().toDoubles(), 1e-11);
        }
    }

    private static Variable convolved(Pass pass, Sequential net, Variable x, int i) {
        Variable weight = pass.of(slot(net, "conv" + i + ".weight"));
        return normalized(pass, net, x.apply(new Convolution.Conv2d(ConvGeometry.of(1, 2)), weight), i);
    }

    private static Variable normalized(Pass pass, Sequential net, Variable x, int i) {
        Variable scale = pass.of(slot(net, "bn" + i + ".weight"));
        Variable shift = pass.of(slot(net, "bn" + i + ".bias"));
        return x.apply(new Fused(new BatchNormalization(1e-5, Activation.IDENTITY)), scale, shift)
                .relu();
    }

    @Test
    void weightsStartKaimingNormalButTheHashLayersWithDeviationOneHundredth() {
        try (Sequential net = SmallCnn.of(root(), 1, 28, 28, HashLayer.tanh(48))) {
            assertDeviation(net, "conv1.weight", Math.sqrt(2 / 25.0));
            assertDeviation(net, "conv2.weight", Math.sqrt(2 / 800.0));
            assertDeviation(net, "conv3.weight", Math.sqrt(2 / 800.0));
            assertDeviation(net, "fc1.weight", Math.sqrt(2 / 576.0));
            assertDeviation(net, "hash.weight", 0.01);
            assertArrayEquals(new double[48], slot(net, "hash.bias").value().toDoubles());
        }
    }

    /** The variance of n Gaussian values is estimated to √(2/n) of itself. */
    private static void assertDeviation(Sequential net, String name, double expected) {
        double[] values = slot(net, name).value().toDoubles();
        double variance = Arrays.stream(values).map(v -> v * v).sum() / values.length;
        assertEquals(1, variance / (expected * expected), 4 * Math.sqrt(2.0 / values.length), name);
    }
}
