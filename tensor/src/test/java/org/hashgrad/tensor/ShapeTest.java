package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void sizeStridesAndPartialProductsFollowRowMajorOrder() {
        Shape shape = Shape.of(2, 3, 4);
        assertEquals(24, shape.size());
        assertArrayEquals(new int[] {12, 4, 1}, shape.strides());
        assertEquals(12, shape.product(1, 3));
        assertEquals(1, shape.product(3, 3));
        assertEquals(4, shape.dim(-1));
        assertEquals(2, shape.dim(-3));
        assertEquals("(2, 3, 4)", shape.toString());
    }

    @Test
    void aScalarHasRankZeroAndOneElement() {
        assertEquals(0, Shape.scalar().rank());
        assertEquals(1, Shape.scalar().size());
        assertEquals(Shape.scalar(), Shape.of());
        assertEquals("()", Shape.scalar().toString());
    }

    @Test
    void aShapeDoesNotShareItsArrays() {
        int[] extents = {2, 3};
        Shape shape = Shape.of(extents);
        extents[0] = 9;
        shape.toArray()[1] = 9;
        assertEquals(Shape.of(2, 3), shape);
        assertEquals(Shape.of(2, 3).hashCode(), shape.hashCode());
        assertNotEquals(Shape.of(3, 2), shape);
    }

    @Test
    void withReplacesOneExtentAlsoFromTheEnd() {
        assertEquals(Shape.of(2, 7), Shape.of(2, 3).with(-1, 7));
        assertEquals(Shape.of(7, 3), Shape.of(2, 3).with(0, 7));
    }

    @Test
    void extentsBelowOneAndTooManyElementsAreRefused() {
        assertThrows(ShapeException.class, () -> Shape.of(2, 0));
        assertThrows(ShapeException.class, () -> Shape.of(-1));
        assertThrows(ShapeException.class, () -> Shape.of(1 << 16, 1 << 15));
        assertThrows(ShapeException.class, () -> Shape.of(1 << 16, 1 << 16, 1 << 16, 1 << 16));
        assertEquals(Integer.MAX_VALUE, Shape.of(Integer.MAX_VALUE).size());
    }

    @Test
    void broadcastingAlignsAtTheLastAxis() {
        assertEquals(Shape.of(2, 3, 4), Shape.broadcast("add", Shape.of(3, 1), Shape.of(2, 1, 4)));
        assertEquals(Shape.of(5), Shape.broadcast("add", Shape.scalar(), Shape.of(5)));
        ShapeException thrown =
                assertThrows(ShapeException.class, () -> Shape.broadcast("add", Shape.of(2, 3), Shape.of(2, 4)));
        assertEquals(
                "add: shapes do not broadcast: a is (2, 3), b is (2, 4); axis 1 has 3 and 4, need equal or 1",
                thrown.getMessage());
    }
}
