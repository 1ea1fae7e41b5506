package org.hashgrad.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * Puts rows into a matrix, or into anything of rows: {@code y_r = v_i} where {@code rows[i] = r}, else {@code x_r}. What a training stores of
 * its batch goes into the rows of all samples by it. Shapes: x (n, …), v (m, …) → (n, …), m ≥ 1.
 */
public record RowReplacement(IndexTensor rows) implements FusedPrimitive {
    /** @throws IllegalArgumentException when a row occurs twice, or there is none */
    public RowReplacement {
        int[] sorted = rows.toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("rowReplacement: no rows; need at least 1");
        }
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw new IllegalArgumentException(
                        "rowReplacement: row " + sorted[i] + " occurs twice; need rows that differ");
            }
        }
    }

    /** @throws IndexOutOfBoundsException unless 0 ≤ row &lt; n for all rows */
    @Override
    public List<Shape> outputShapes(List<Shape> inputs) {
        InputShapes.count("rowReplacement", inputs, 2);
        Shape x = inputs.get(0);
        Shape values = inputs.get(1);
        if (x.rank() == 0 || !values.equals(x.with(0, rows.size()))) {
            throw new ShapeException("rowReplacement: need x (n, ...) and v (" + rows.size()
                    + ", ...) of rows as long, got x " + x + ", v " + values);
        }
        rows.requireBelow(x.dim(0), "rowReplacement");
        return List.of(x);
    }

    /** Each row of x and v together, by its index there. */
    @Override
    public <T> List<T> composite(Primitives<T> on, List<T> inputs) {
        int n = on.shape(inputs.get(0)).dim(0);
        int[] from = new int[n];
        Arrays.setAll(from, r -> r);
        for (int i = 0; i < rows.size(); i++) {
            from[rows.get(i)] = n + i;
        }
        return List.of(on.gatherRows(on.concat(0, inputs), IndexTensor.of(from)));
    }
}
