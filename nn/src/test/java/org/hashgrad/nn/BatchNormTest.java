package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.junit.jupiter.api.Test;

class BatchNormTest extends OnReference {
    private static final double CLOSE = 1e-12;
    private static final double EPSILON = 1e-5;
    /** Channel 0 holds 1, 3, 5, 7: mean 4, biased variance 5, unbiased 20/3. Channel 1 holds 0, 0, 2, 2: 1, 1, 4/3. */
    private static final double[] ROWS = {1, 0, 3, 0, 5, 2, 7, 2};

    private static final double[] IMAGES = {1, 3, 0, 0, 5, 7, 2, 2};

    @Test
    void trainingNormalizesRowsWithBiasedVarianceAndScalesAndShifts() {
        try (BatchNorm layer = withScaleAndShift()) {
            double s0 = 2 / Math.sqrt(5 + EPSILON);
            double s1 = 3 / Math.sqrt(1 + EPSILON);
            double[] expected = {-3 * s0 + 0.5, -s1 - 1, -s0 + 0.5, -s1 - 1, s0 + 0.5, s1 - 1, 3 * s0 + 0.5, s1 - 1};
            assertArrayEquals(expected, trained(layer, Shape.of(4, 2), ROWS), CLOSE);
        }
    }

    @Test
    void trainingMovesTheRunningStatisticsByATenthTowardsMeanAndUnbiasedVariance() {
        try (BatchNorm layer = withScaleAndShift()) {
            trained(layer, Shape.of(4, 2), ROWS);
            assertStatistics(layer, 0.4, 0.1, 0.9 + 0.1 * 20 / 3, 0.9 + 0.1 * 4 / 3);
            trained(layer, Shape.of(2, 2, 1, 2), IMAGES);
            assertStatistics(
                    layer,
                    0.9 * 0.4 + 0.4,
                    0.9 * 0.1 + 0.1,
                    0.9 * (0.9 + 0.1 * 20 / 3) + 0.1 * 20 / 3,
                    0.9 * (0.9 + 0.1 * 4 / 3) + 0.1 * 4 / 3);
        }
    }

    private static void assertStatistics(BatchNorm layer, double mean0, double mean1, double var0, double var1) {
        double[] means = layer.slots().get(2).value().toDoubles();
        double[] variances = layer.slots().get(3).value().toDoubles();
        assertArrayEquals(new double[] {mean0, mean1}, means, CLOSE);
        assertArrayEquals(new double[] {var0, var1}, variances, CLOSE);
    }

    @Test
    void evaluationUsesTheRunningStatisticsAndLeavesThem() {
        try (BatchNorm layer = withScaleAndShift()) {
            layer.slots().get(2).assign(1, -1);
            layer.slots().get(3).assign(4, 0.25);
            double s0 = 2 / Math.sqrt(4 + EPSILON);
            double s1 = 3 / Math.sqrt(0.25 + EPSILON);
            double[] expected = new double[8];
            for (int i = 0; i < 8; i++) {
                expected[i] = i % 4 < 2 ? (IMAGES[i] - 1) * s0 + 0.5 : (IMAGES[i] + 1) * s1 - 1;
            }
            assertArrayEquals(expected, evaluated(layer, Shape.of(2, 2, 1, 2), IMAGES), CLOSE);
            assertStatistics(layer, 1, -1, 4, 0.25);
            double[] row = evaluated(layer, Shape.of(1, 2), 3, 0);
            assertArrayEquals(new double[] {2 * s0 + 0.5, s1 - 1}, row, CLOSE);
        }
    }

    @Test
    void trainingOnASingleValuePerChannelIsRefused() {
        try (BatchNorm layer = new BatchNorm(root().at("bn"), 2)) {
            var thrown = assertThrows(ShapeException.class, () -> trained(layer, Shape.of(1, 2), 1, 2));
            assertEquals(
                    "batchNorm bn.weight: training needs at least 2 values per channel, x is (1, 2)",
                    thrown.getMessage());
        }
    }

    @Test
    void evaluationRefusesAnotherNumberOfChannels() {
        try (BatchNorm layer = new BatchNorm(root().at("bn"), 2)) {
            var thrown = assertThrows(ShapeException.class, () -> evaluated(layer, Shape.of(1, 3), 1, 2, 3));
            assertEquals("batchNorm bn.weight: x is (1, 3), need (N, 2, ...)", thrown.getMessage());
        }
    }

    private BatchNorm withScaleAndShift() {
        BatchNorm layer = new BatchNorm(root().at("bn"), 2);
        layer.slots().get(0).assign(2, 3);
        layer.slots().get(1).assign(0.5, -1);
        return layer;
    }
}
