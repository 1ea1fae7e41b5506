package org.hashgrad.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.UnaryOp;
import org.junit.jupiter.api.Test;

class ReferenceBackendTest {
    private static double logCosh(double x) {
        try (Backend on = new ReferenceBackend()) {
            return on.unary(UnaryOp.LOG_COSH, on.tensor(Shape.scalar(), x)).item();
        }
    }

    @Test
    void logCoshKeepsItsDigitsNearZero() {
        // x²/2 − x⁴/12 + x⁶/45
        for (double x : new double[] {1e-150, 1e-12, 1e-9, 1e-8, -1e-6, 1e-4, -1e-3}) {
            double series = x * x / 2 * (1 - x * x / 6 + 2 * x * x * x * x / 45);
            assertEquals(series, logCosh(x), 1e-15 * series, "x = " + x);
        }
        assertEquals(0, logCosh(0));
        assertEquals(Double.NaN, logCosh(Double.NaN));
    }

    @Test
    void bothFormsOfLogCoshAgreeWhereTheyMeet() {
        double[] below = {logCosh(Math.nextDown(1.0)), logCosh(Math.nextUp(-1.0))};
        assertArrayEquals(new double[] {logCosh(1), logCosh(-1)}, below, 4e-16);
    }
}
