package org.hashgrad.tensor.cpu;

import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.UnaryOp;

/** Local response normalisation, an image at a time. */
final class CpuResponse {
    private final Workers workers;
    private final Kernels kernels;

    CpuResponse(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
    }

    /** Images of planes of contiguous elements, (N, C, …) row-major. */
    record Planes(int images, int channels, int inner) {
        static Planes of(Shape shape) {
            return new Planes(shape.dim(0), shape.dim(1), shape.product(2, shape.rank()));
        }
    }

    void localResponse(LocalResponseNormalization lrn, float[] x, Planes planes, float[] y) {
        int size = planes.channels() * planes.inner();
        workers.run(planes.images(), CpuElementwise.rowsPerGrain(size), (from, to) -> {
            float[] squares = Scratch.ofThread().left(size);
            for (int image = from; image < to; image++) {
                int at = image * size;
                kernels.unary(UnaryOp.SQUARE, x, at, squares, 0, size);
                windowSum(squares, 0, planes, lrn.radius(), y, at);
                kernels.affine(y, at, 0, (float) lrn.alpha(), (float) lrn.k(), y, at, size);
                power(y, at, -lrn.beta(), size);
                kernels.binary(BinaryOp.MUL, x, at, 1, y, at, 1, y, at, size);
            }
        });
    }

    /** y = y^exponent for positive y. */
    private void power(float[] y, int at, double exponent, int n) {
        kernels.unary(UnaryOp.LOG, y, at, y, at, n);
        kernels.affine(y, at, 0, (float) exponent, 0, y, at, n);
        kernels.unary(UnaryOp.EXP, y, at, y, at, n);
    }

    /** y_c = Σ_{|d − c| ≤ radius} x_d over the channels of one image. */
    private void windowSum(float[] x, int xo, Planes planes, int radius, float[] y, int yo) {
        int inner = planes.inner();
        for (int c = 0; c < planes.channels(); c++) {
            int target = yo + c * inner;
            int first = Math.max(0, c - radius);
            int last = Math.min(planes.channels() - 1, c + radius);
            System.arraycopy(x, xo + first * inner, y, target, inner);
            for (int d = first + 1; d <= last; d++) {
                kernels.binary(BinaryOp.ADD, y, target, 1, x, xo + d * inner, 1, y, target, inner);
            }
        }
    }

    /** Inputs x, y, gy. */
    void localResponseGradient(LocalResponseNormalization lrn, float[][] in, Planes planes, float[] gx) {
        float[] x = in[0];
        float[] y = in[1];
        float[] gy = in[2];
        int size = planes.channels() * planes.inner();
        workers.run(planes.images(), CpuElementwise.rowsPerGrain(size), (from, to) -> {
            float[] base = Scratch.ofThread().left(size);
            float[] inner = Scratch.ofThread().right(size);
            for (int image = from; image < to; image++) {
                int at = image * size;
                kernels.unary(UnaryOp.SQUARE, x, at, inner, 0, size);
                windowSum(inner, 0, planes, lrn.radius(), base, 0);
                kernels.affine(base, 0, 0, (float) lrn.alpha(), (float) lrn.k(), base, 0, size);
                kernels.binary(BinaryOp.MUL, gy, at, 1, y, at, 1, inner, 0, size);
                kernels.binary(BinaryOp.DIV, inner, 0, 1, base, 0, 1, inner, 0, size);
                windowSum(inner, 0, planes, lrn.radius(), gx, at);
                float factor = (float) (2 * lrn.alpha() * lrn.beta());
                kernels.affine(gx, at, 0, factor, 0, gx, at, size);
                kernels.binary(BinaryOp.MUL, gx, at, 1, x, at, 1, gx, at, size);
                power(base, 0, -lrn.beta(), size);
                kernels.binary(BinaryOp.MUL, gy, at, 1, base, 0, 1, base, 0, size);
                kernels.binary(BinaryOp.SUB, base, 0, 1, gx, at, 1, gx, at, size);
            }
        });
    }
}
