package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Precision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolingTest extends OnDevice {
    private static final List<PoolGeometry> GEOMETRIES = List.of(
            PoolGeometry.of(2, 2, false),
            PoolGeometry.of(2, 2, true),
            PoolGeometry.of(3, 2, false),
            PoolGeometry.of(3, 2, true),
            PoolGeometry.of(1, 1, false),
            new PoolGeometry(3, 2, 1, 2, 1, 1, false),
            new PoolGeometry(3, 3, 2, 2, 1, 1, true),
            new PoolGeometry(2, 3, 3, 1, 1, 0, true));

    /** Channels around one and two vectors of either precision. */
    private static final int[][] IMAGES = {
        {1, 1, 3, 3},
        {2, 3, 7, 6},
        {1, 2, 13, 11},
        {2, 7, 5, 4},
        {1, 8, 6, 5},
        {1, 15, 4, 5},
        {2, 16, 5, 3},
        {2, 17, 4, 7}
    };

    @ParameterizedTest
    @EnumSource(Precision.class)
    void maxPoolItsGradientAndItsSelectionMatchTheReference(Precision precision) {
        for (PoolGeometry g : GEOMETRIES) {
            for (int[] image : IMAGES) {
                Input x = draw(image);
                Input gy = draw(g.output(x.shape()).toArray());
                assertWithinUlps(precision, 0, 0, one(in -> in.on().maxPool(in.x(0), g)), x);
                assertWithinUlps(
                        precision, 0, 0, one(in -> in.on().maxPoolSelect(in.x(0), in.x(1), g)), x, draw(image));
                assertWithinUlps(precision, 16, 2, one(in -> in.on().maxPoolGradient(in.x(0), in.x(1), g)), x, gy);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void averagePoolAndItsGradientMatchTheReference(Precision precision) {
        for (PoolGeometry g : GEOMETRIES) {
            for (int[] image : IMAGES) {
                Input x = draw(image);
                Input gy = draw(g.output(x.shape()).toArray());
                assertMultilinear(precision, 10, one(in -> in.on().averagePool(in.x(0), g)), x);
                assertMultilinear(precision, 10, one(in -> in.on().averagePoolGradient(in.x(0), x.shape(), g)), gy);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void tiesGoToTheFirstAndNaNWins(Precision precision) {
        PoolGeometry g = PoolGeometry.of(2, 2, false);
        Input ties = drawn(v -> 1, 1, 1, 4, 4);
        assertWithinUlps(
                precision, 0, 0, one(in -> in.on().maxPoolGradient(in.x(0), in.x(1), g)), ties, draw(1, 1, 2, 2));
        Input broken = draw(1, 1, 4, 4).with(5, Double.NaN).with(4, Double.NaN);
        assertWithinUlps(precision, 0, 0, one(in -> in.on().maxPool(in.x(0), g)), broken);
        assertWithinUlps(
                precision, 0, 0, one(in -> in.on().maxPoolGradient(in.x(0), in.x(1), g)), broken, draw(1, 1, 2, 2));
        double[] y = run(opencl(precision), one(in -> in.on().maxPool(in.x(0), g)), List.of(broken))
                .get(0);
        assertTrue(Arrays.stream(y).anyMatch(Double::isNaN));
    }
}
