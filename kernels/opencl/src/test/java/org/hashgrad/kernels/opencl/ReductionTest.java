package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.ReduceOp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReductionTest extends OnDevice {
    private void assertReduced(Precision precision, ReduceOp op, Input x, int... axes) {
        Computation computation = one(in -> in.on().reduce(op, in.x(0), axes));
        if (op == ReduceOp.MAX) {
            assertWithinUlps(precision, 0, 0, computation, x);
        } else {
            assertMultilinear(precision, x.shape().size(), computation, x);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyCombinationOfAxesMatchesTheReference(Precision precision) {
        for (ReduceOp op : ReduceOp.values()) {
            for (int mask = 1; mask < 16; mask++) {
                int[] axes = java.util.stream.IntStream.range(0, 4)
                        .filter(bits(mask))
                        .toArray();
                assertReduced(precision, op, draw(3, 5, 4, 17), axes);
            }
            assertReduced(precision, op, draw(1, 1, 1), 1);
        }
    }

    private static java.util.function.IntPredicate bits(int mask) {
        return axis -> (mask & 1 << axis) != 0;
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void rowsAndColumnsAroundAVectorAndAPartMatchTheReference(Precision precision) {
        for (ReduceOp op : ReduceOp.values()) {
            for (int extent : new int[] {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 2047, 2048, 2049, 5000}) {
                assertReduced(precision, op, draw(extent), 0);
                assertReduced(precision, op, draw(3, extent), 1);
                assertReduced(precision, op, draw(extent, 17), 0);
                assertReduced(precision, op, draw(2, extent, 8), 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aNaNReachesItsResultOnly(Precision precision) {
        for (ReduceOp op : ReduceOp.values()) {
            for (int axis : new int[] {0, 1}) {
                Input x = draw(40, 40).with(40 * 3 + 21, Double.NaN);
                double[] y = run(opencl(precision), one(in -> in.on().reduce(op, in.x(0), axis)), List.of(x))
                        .get(0);
                for (int i = 0; i < y.length; i++) {
                    boolean hit = i == (axis == 0 ? 21 : 3);
                    assertTrue(hit == Double.isNaN(y[i]), op + " over axis " + axis + " at " + i + ": " + y[i]);
                }
            }
        }
    }
}
