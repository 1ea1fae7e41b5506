package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MovementTest extends OnDevice {
    private static void assertSame(Precision precision, Computation computation, Input... inputs) {
        assertWithinUlps(precision, 0, 0, computation, inputs);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void permutationsMatchTheReference(Precision precision) {
        assertSame(precision, one(in -> in.on().permute(in.x(0), 1, 0)), draw(17, 33));
        assertSame(precision, one(in -> in.on().permute(in.x(0), 2, 0, 3, 1)), draw(2, 3, 5, 7));
        assertSame(precision, one(in -> in.on().permute(in.x(0), 0, 1, 2)), draw(2, 3, 5));
        assertSame(
                precision,
                one(in -> in.on().permute(in.x(0), 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)),
                draw(2, 2, 2, 2, 2, 2, 2, 2, 2, 2));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void broadcastSlicePadAndReshapeMatchTheReference(Precision precision) {
        assertSame(precision, one(in -> in.on().broadcastTo(in.x(0), Shape.of(4, 3, 5))), draw(3, 1));
        for (int n : new int[] {300, 4096, 8193}) {
            assertSame(precision, one(in -> in.on().broadcastTo(in.x(0), Shape.of(n))), draw(1));
        }
        assertSame(
                precision, one(in -> in.on().slice(in.x(0), new int[] {1, 0, 2}, new int[] {3, 4, 5})), draw(3, 4, 6));
        assertSame(precision, one(in -> in.on().slice(in.x(0), new int[] {2}, new int[] {3})), draw(3));
        assertSame(precision, one(in -> in.on().pad(in.x(0), new int[] {1, 0, 2}, new int[] {0, 3, 1})), draw(2, 3, 4));
        assertSame(precision, one(in -> in.on().reshape(in.x(0), Shape.of(6, 4))), draw(2, 3, 4));
        assertSame(
                precision, one(in -> in.on().permute(in.on().reshape(in.x(0), Shape.of(6, 4)), 1, 0)), draw(2, 3, 4));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void concatMatchesTheReferenceOnEveryAxis(Precision precision) {
        assertSame(precision, one(in -> in.on().concat(0, in.inputs())), draw(2, 3), draw(1, 3), draw(4, 3));
        assertSame(precision, one(in -> in.on().concat(1, in.inputs())), draw(2, 3, 2), draw(2, 1, 2), draw(2, 5, 2));
        assertSame(precision, one(in -> in.on().concat(-1, in.inputs())), draw(2, 3), draw(2, 4));
        assertSame(precision, one(in -> in.on().concat(0, List.of(in.x(0), in.x(0)))), draw(3));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void rowsAreGatheredAndScatteredInOrder(Precision precision) {
        IndexTensor rows = IndexTensor.of(4, 0, 4, 2, 4);
        assertSame(precision, one(in -> in.on().gatherRows(in.x(0), rows)), draw(5, 7));
        assertSame(precision, one(in -> in.on().gatherRows(in.x(0), rows)), draw(5));
        assertMultilinear(precision, 3, one(in -> in.on().scatterAddRows(in.x(0), rows, 6)), draw(5, 2, 3));
    }
}
