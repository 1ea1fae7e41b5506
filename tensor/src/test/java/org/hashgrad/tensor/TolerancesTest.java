package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TolerancesTest {
    @Test
    void gammaIsTheClassicalBound() {
        double u = 0x1p-24;
        assertEquals(100 * u / (1 - 100 * u), Tolerances.dot(Precision.F32, 100));
        assertEquals(0, Tolerances.sum(Precision.F64, 0));
        assertThrows(IllegalArgumentException.class, () -> Tolerances.gamma(Precision.F32, 1 << 24));
        assertThrows(IllegalArgumentException.class, () -> Tolerances.gamma(Precision.F32, -1));
    }

    @Test
    void aUnitInTheLastPlaceIsTwoRoundoffs() {
        assertEquals(Math.ulp(1f), Tolerances.elementwise(Precision.F32, 1));
        assertEquals(Math.ulp(1.0), Tolerances.elementwise(Precision.F64, 1));
    }

    @Test
    void closenessNeedsEqualNotANumbersAndInfinities() {
        assertTrue(Tolerances.close(Double.NaN, Double.NaN, 0));
        assertTrue(Tolerances.close(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0));
        assertFalse(Tolerances.close(Double.POSITIVE_INFINITY, 1, 1e300));
        assertFalse(Tolerances.close(1, Double.NaN, 1e300));
        assertTrue(Tolerances.close(1, 1.5, 0.5));
        assertFalse(Tolerances.close(1, 1.5, 0.49));
    }

    @Test
    void errorsChainLikeFactors() {
        assertEquals(1.1 * 1.2 - 1, Tolerances.chain(0.1, 0.2), 1e-15);
        assertEquals(3 * (double) Float.MIN_VALUE, Tolerances.floor(Precision.F32, 3));
    }
}
