package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.hashgrad.autograd.Pass;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayersTest extends OnReference {
    private static final double CLOSE = 1e-12;
    private static final Initializer WEIGHTS = Initializer.gaussian(0.5);
    private static final Initializer BIASES = Initializer.gaussian(0.3);

    @ParameterizedTest
    @EnumSource(Activation.class)
    void linearIsTheActivatedAffineMap(Activation activation) {
        Shape shape = Shape.of(3, 4);
        double[] x = drawn("x", shape);
        try (Linear layer = new Linear(root().at("fc"), 4, 2, WEIGHTS, BIASES, activation)) {
            double[] w = slot(layer, "fc.weight").value().toDoubles();
            double[] b = slot(layer, "fc.bias").value().toDoubles();
            double[] expected = new double[6];
            for (int i = 0; i < 3; i++) {
                for (int o = 0; o < 2; o++) {
                    double sum = b[o];
                    for (int k = 0; k < 4; k++) {
                        sum += x[i * 4 + k] * w[o * 4 + k];
                    }
                    expected[i * 2 + o] = activated(activation, sum);
                }
            }
            assertArrayEquals(expected, evaluated(layer, shape, x), CLOSE);
            assertArrayEquals(expected, trained(layer, shape, x), CLOSE);
        }
    }

    @Test
    void linearWithoutBiasHasOneSlotAndAddsNothing() {
        try (Linear layer = new Linear(root().at("fc"), 2, 1, Initializer.constant(3))) {
            assertEquals(List.of("fc.weight"), List.copyOf(layer.state().keySet()));
            assertArrayEquals(new double[] {9}, evaluated(layer, Shape.of(1, 2), 1, 2));
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void convolutionWithStridePaddingAndGroupsIsItsDefinition(Activation activation) {
        int groups = 2;
        Shape shape = Shape.of(2, 4, 5, 6);
        double[] x = drawn("x", shape);
        ConvGeometry geometry = new ConvGeometry(2, 1, 1, 2, groups);
        try (Conv2d layer = new Conv2d(root().at("conv"), 4, 6, 3, geometry, WEIGHTS, BIASES, activation)) {
            double[] w = slot(layer, "conv.weight").value().toDoubles();
            double[] b = slot(layer, "conv.bias").value().toDoubles();
            int oh = 3;
            int ow = 8;
            double[] expected = new double[2 * 6 * oh * ow];
            for (int out = 0; out < expected.length; out++) {
                int c = out % ow;
                int r = out / ow % oh;
                int o = out / (ow * oh) % 6;
                int n = out / (ow * oh * 6);
                double sum = b[o];
                for (int i = 0; i < 2; i++) {
                    int channel = o / 3 * 2 + i;
                    for (int u = 0; u < 3; u++) {
                        for (int v = 0; v < 3; v++) {
                            int row = 2 * r - 1 + u;
                            int column = c - 2 + v;
                            if (row >= 0 && row < 5 && column >= 0 && column < 6) {
                                sum += w[((o * 2 + i) * 3 + u) * 3 + v] * x[((n * 4 + channel) * 5 + row) * 6 + column];
                            }
                        }
                    }
                }
                expected[out] = activated(activation, sum);
            }
            assertArrayEquals(expected, evaluated(layer, shape, x), CLOSE);
        }
    }

    @Test
    void convolutionRefusesGroupsThatDoNotDivide() {
        var thrown = assertThrows(
                ShapeException.class,
                () -> new Conv2d(root().at("c1"), 3, 4, 3, new ConvGeometry(1, 1, 1, 1, 2), WEIGHTS));
        assertEquals("conv2d c1: inputs 3 and outputs 4 must be divisible by groups 2", thrown.getMessage());
    }

    @Test
    void poolingTakesMaximumAndMeanOfEachWindow() {
        Shape shape = Shape.of(1, 1, 4, 4);
        double[] x = {1, 5, 2, 0, 3, 4, 8, 1, 0, 0, 6, 2, 9, 7, 1, 3};
        PoolGeometry geometry = PoolGeometry.of(3, 2, true);
        assertArrayEquals(new double[] {8, 8, 9, 6}, evaluated(new MaxPool2d(geometry), shape, x));
        double[] means = {29 / 9.0, 19 / 6.0, 23 / 6.0, 12 / 4.0};
        assertArrayEquals(means, evaluated(new AvgPool2d(geometry), shape, x), CLOSE);
    }

    @Test
    void localResponseNormDividesByTheWindowOfChannels() {
        Shape shape = Shape.of(1, 4, 1, 2);
        double[] x = drawn("x", shape);
        double[] expected = new double[8];
        for (int c = 0; c < 4; c++) {
            for (int p = 0; p < 2; p++) {
                double sum = 0;
                for (int d = Math.max(0, c - 1); d <= Math.min(3, c + 1); d++) {
                    sum += x[d * 2 + p] * x[d * 2 + p];
                }
                expected[c * 2 + p] = x[c * 2 + p] * Math.pow(2 + 0.6 / 3 * sum, -0.75);
            }
        }
        assertArrayEquals(expected, evaluated(new LocalResponseNorm(3, 0.6, 0.75, 2), shape, x), CLOSE);
    }

    @Test
    void localResponseNormRefusesAnEvenWindow() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> new LocalResponseNorm(4, 1, 1, 1));
        assertEquals("localResponseNorm: size must be odd and >= 1, got 4", thrown.getMessage());
    }

    @Test
    void activationsAreTheirFunctions() {
        Shape shape = Shape.of(3);
        double[] x = {-1.5, 0, 2};
        assertArrayEquals(new double[] {0, 0, 2}, evaluated(new Relu(), shape, x));
        assertArrayEquals(new double[] {Math.tanh(-1.5), 0, Math.tanh(2)}, evaluated(new Tanh(), shape, x), CLOSE);
        double[] logistic = {1 / (1 + Math.exp(1.5)), 0.5, 1 / (1 + Math.exp(-2))};
        assertArrayEquals(logistic, evaluated(new Sigmoid(), shape, x), CLOSE);
    }

    @Test
    void flattenKeepsTheBatchAxis() {
        try (Pass pass = Pass.evaluate(backend)) {
            var x = pass.constant(backend.fill(Shape.of(2, 3, 4, 5), 1));
            assertEquals(Shape.of(2, 60), new Flatten().forward(pass, x).shape());
            var vector = pass.constant(backend.fill(Shape.of(2), 1));
            assertThrows(ShapeException.class, () -> new Flatten().forward(pass, vector));
        }
    }

    @Test
    void residualBlockAddsTheIdentityWhereTheShapeStays() {
        Shape shape = Shape.of(2, 3, 4, 4);
        double[] x = drawn("x", shape);
        try (ResidualBlock block = new ResidualBlock(root().at("b"), 3, 3, 1)) {
            slot(block, "b.bn2.weight").assign(0, 0, 0);
            double[] y = evaluated(block, shape, x);
            for (int i = 0; i < x.length; i++) {
                assertEquals(Math.max(x[i], 0), y[i]);
            }
        }
    }

    @Test
    void residualBlockProjectsWhereTheShapeChanges() {
        try (ResidualBlock block = new ResidualBlock(root().at("b"), 3, 5, 2);
                Pass pass = Pass.evaluate(backend)) {
            var x = pass.constant(backend.fill(Shape.of(2, 3, 7, 6), 1));
            assertEquals(Shape.of(2, 5, 4, 3), block.forward(pass, x).shape());
            assertEquals(
                    List.of(
                            "b.conv1.weight",
                            "b.bn1.weight",
                            "b.bn1.bias",
                            "b.bn1.running_mean",
                            "b.bn1.running_var",
                            "b.conv2.weight",
                            "b.bn2.weight",
                            "b.bn2.bias",
                            "b.bn2.running_mean",
                            "b.bn2.running_var",
                            "b.downsample.0.weight",
                            "b.downsample.1.weight",
                            "b.downsample.1.bias",
                            "b.downsample.1.running_mean",
                            "b.downsample.1.running_var"),
                    List.copyOf(block.state().keySet()));
        }
    }

    @Test
    void residualBlockProjectsWhereOnlyTheChannelsChange() {
        try (ResidualBlock block = new ResidualBlock(root().at("b"), 1, 2, 1);
                Pass pass = Pass.evaluate(backend)) {
            var x = pass.constant(backend.fill(Shape.of(1, 1, 2, 2), 1));
            assertEquals(Shape.of(1, 2, 2, 2), block.forward(pass, x).shape());
            assertEquals(15, block.state().size());
        }
    }

    private static double activated(Activation activation, double x) {
        return switch (activation) {
            case IDENTITY -> x;
            case RELU -> Math.max(x, 0);
            case TANH -> Math.tanh(x);
        };
    }
}
