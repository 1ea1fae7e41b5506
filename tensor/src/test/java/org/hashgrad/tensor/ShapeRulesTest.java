package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ShapeRulesTest {
    private static final int HUGE = Integer.MAX_VALUE;

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(ShapeException.class, call).getMessage());
    }

    @Test
    void aPaddedExtentThatOverflowsIsRefused() {
        try (Backend on = new ReferenceBackend()) {
            Tensor x = on.fill(Shape.of(2), 1);
            assertRefused(
                    "pad: extent 4294967296 is more than 2^31 - 1",
                    () -> on.pad(x, new int[] {HUGE}, new int[] {HUGE}));
        }
    }

    @Test
    void aConcatenatedExtentThatOverflowsIsRefused() {
        try (Backend on = new ReferenceBackend()) {
            Tensor x = on.fill(Shape.of(1 << 16), 1);
            Tensor[] parts = new Tensor[1 << 16];
            Arrays.fill(parts, x);
            assertRefused("concat: extent 4294967296 is more than 2^31 - 1", () -> on.concat(0, List.of(parts)));
        }
    }

    @Test
    void convolutionExtentsThatOverflowAreRefused() {
        Shape x = Shape.of(1, 1, 3, 3);
        assertRefused("conv2d: padded extent 4294967297 is more than 2^31 - 1", () -> ConvGeometry.of(1, HUGE)
                .output(x, Shape.of(1, 1, 1, 1)));
    }

    @Test
    void poolingExtentsThatOverflowAreRefused() {
        assertThrows(ShapeException.class, () -> new PoolGeometry(3, 3, 1, 1, 1 << 30, 0, false));
        PoolGeometry wide = new PoolGeometry(HUGE, HUGE, 1, 1, HUGE / 2, HUGE / 2, true);
        assertRefused(
                "pool: padded extent plus kernel 4294967296 is more than 2^31 - 1",
                () -> wide.output(Shape.of(1, 1, 3, 3)));
        PoolGeometry sparse = new PoolGeometry(1, 1, HUGE, HUGE, 0, 0, true);
        assertEquals(Shape.of(1, 1, 1, 1), sparse.output(Shape.of(1, 1, 3, 3)));
    }

    @Test
    void aReductionNeedsAnAxis() {
        try (Backend on = new ReferenceBackend()) {
            Tensor x = on.fill(Shape.of(2, 3), 1);
            assertRefused("reduce: no axes, x is (2, 3)", () -> on.reduce(ReduceOp.MAX, x));
        }
    }

    @Test
    void gatheringNoRowsIsRefusedByName() {
        try (Backend on = new ReferenceBackend()) {
            Tensor x = on.fill(Shape.of(2, 3), 1);
            assertRefused("gatherRows: no rows, x is (2, 3)", () -> on.gatherRows(x, IndexTensor.of()));
        }
    }
}
