package org.hashgrad.kernels.opencl;

import java.util.Arrays;
import java.util.List;

/**
 * Measured choices of a kernel's variant: sizes never measured take the choice of the nearest measured ones. Fixed in the code, so equal shapes
 * run equal kernels on every run.
 */
record VariantTable<V>(List<Row<V>> rows) {
    /** The fastest variant for sizes of one kind, such as the form of a matrix product. */
    record Row<V>(String kind, V variant, int... extents) {
        boolean is(String otherKind, int... others) {
            return kind.equals(otherKind) && extents.length == others.length;
        }

        /** Σ log₂² of the ratios of extents: being twice as large is as far as being half as large. */
        private double distance(int... others) {
            double sum = 0;
            for (int d = 0; d < extents.length; d++) {
                double ratio = StrictMath.log((double) extents[d] / others[d]);
                sum += ratio * ratio;
            }
            return sum;
        }
    }

    VariantTable {
        rows = List.copyOf(rows);
    }

    /** The variant of the nearest row of this kind, the first of equally near ones. @throws IllegalArgumentException for an unknown kind */
    V nearest(String kind, int... extents) {
        Row<V> best = null;
        double least = Double.POSITIVE_INFINITY;
        for (Row<V> row : rows) {
            double distance = row.is(kind, extents) ? row.distance(extents) : Double.POSITIVE_INFINITY;
            if (distance < least) {
                best = row;
                least = distance;
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("variant: no row for " + kind + " " + Arrays.toString(extents));
        }
        return best.variant();
    }
}
