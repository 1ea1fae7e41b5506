package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolGeometryTest {
    /** Output extents as {@code torch.nn.functional.max_pool2d} gives them. */
    @ParameterizedTest
    @CsvSource({
        // input, kernel, stride, padding, floor, ceil
        "28, 2, 2, 0, 14, 14",
        "5, 2, 2, 0, 2, 3",
        "13, 3, 2, 0, 6, 6",
        "6, 3, 2, 0, 2, 3",
        "7, 3, 2, 1, 4, 4",
        "6, 3, 2, 1, 3, 4",
        "5, 3, 4, 1, 2, 2",
        "4, 2, 3, 1, 2, 2",
        "5, 2, 4, 1, 2, 2",
        "2, 2, 3, 0, 1, 1",
        "6, 2, 5, 1, 2, 2",
        "3, 2, 2, 1, 2, 2",
        "1, 1, 1, 0, 1, 1"
    })
    void outputExtentsFollowTheRoundingRule(int input, int kernel, int stride, int padding, int floor, int ceil) {
        Shape in = Shape.of(1, 1, input, input);
        assertEquals(
                Shape.of(1, 1, floor, floor),
                new PoolGeometry(kernel, kernel, stride, stride, padding, padding, false).output(in));
        assertEquals(
                Shape.of(1, 1, ceil, ceil),
                new PoolGeometry(kernel, kernel, stride, stride, padding, padding, true).output(in));
    }

    @Test
    void aLastWindowThatWouldStartInTheRightPaddingIsDropped() {
        // ceil((3 + 2 - 2) / 2) + 1 = 3, and the third window would start at 4 of the 1 + 3 cells before the right
        // padding
        assertEquals(Shape.of(1, 1, 2, 2), new PoolGeometry(2, 2, 2, 2, 1, 1, true).output(Shape.of(1, 1, 3, 3)));
    }

    @Test
    void badGeometriesAndInputsAreRefused() {
        assertThrows(ShapeException.class, () -> new PoolGeometry(0, 1, 1, 1, 0, 0, false));
        assertThrows(ShapeException.class, () -> new PoolGeometry(2, 2, 0, 1, 0, 0, false));
        assertThrows(ShapeException.class, () -> new PoolGeometry(3, 3, 1, 1, 2, 0, false));
        assertThrows(ShapeException.class, () -> new PoolGeometry(3, 3, 1, 1, 0, -1, false));
        assertThrows(ShapeException.class, () -> PoolGeometry.of(3, 2, false).output(Shape.of(1, 1, 2, 2)));
        assertThrows(ShapeException.class, () -> PoolGeometry.of(3, 2, false).output(Shape.of(1, 2, 2)));
    }
}
