package org.hashgrad.nn;

import java.util.Arrays;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Indexing;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;

/**
 * How a line of m values is resized to n: value i of the result lies between values ⌊p⌋ and ⌊p⌋ + 1 of the line, the last one repeated, with
 * weight p − ⌊p⌋ on the right one. They differ in p; each is linear, its gradient the adjoint.
 */
public enum Interpolation {
    /** p = i m/n: {@code resize_images} of TensorFlow 1, corners not aligned. */
    LEGACY_BILINEAR {
        @Override
        double position(int i, int m, int n) {
            return (double) i * m / n;
        }
    },
    /** p = max(0, (i + ½) m/n − ½): pixels are areas, as in PyTorch and TensorFlow 2. */
    HALF_PIXEL_BILINEAR {
        @Override
        double position(int i, int m, int n) {
            return Math.max(0, (i + 0.5) * m / n - 0.5);
        }
    },
    /** p = ⌊i m/n⌋: every value as it is. */
    NEAREST {
        @Override
        double position(int i, int m, int n) {
            long position = (long) i * m / n;
            return position;
        }
    };

    abstract double position(int i, int m, int n);

    /** Each column resized: x (m, c) → (n, c). @throws ShapeException unless x is a matrix and n is 1 or more */
    public Variable rows(Variable x, int n) {
        if (x.shape().rank() != 2 || n < 1) {
            throw new ShapeException("resize rows: need x (m, c) and n >= 1, got x " + x.shape() + " and n " + n);
        }
        int m = x.shape().dim(0);
        int[] left = new int[n];
        double[] weights = new double[n];
        for (int i = 0; i < n; i++) {
            double position = position(i, m, n);
            left[i] = (int) position;
            weights[i] = position - left[i];
        }
        Variable before = x.apply(new Indexing.GatherRows(IndexTensor.of(left)));
        if (this == NEAREST) {
            return before;
        }
        int[] right = Arrays.stream(left).map(row -> Math.min(row + 1, m - 1)).toArray();
        Variable after = x.apply(new Indexing.GatherRows(IndexTensor.of(right)));
        Pass pass = x.pass();
        Variable weight = pass.constant(pass.backend().tensor(Shape.of(n, 1), weights));
        return before.plus(after.minus(before).times(weight));
    }
}
