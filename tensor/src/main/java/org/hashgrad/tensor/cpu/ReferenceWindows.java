package org.hashgrad.tensor.cpu;

import java.util.function.IntUnaryOperator;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;

/** The index sets of convolution and pooling, visited in row-major order. */
final class ReferenceWindows {
    private ReferenceWindows() {}

    /** Receives flat indices of one product term x·w → y. */
    interface Term {
        void visit(int x, int w, int y);
    }

    /** Every term (x, w, y) of the convolution of {@code x} with {@code w}. */
    static void convolution(Shape x, Shape w, ConvGeometry g, Term term) {
        Shape y = g.output(x, w);
        int outputsPerGroup = w.dim(0) / g.groups();
        int iy = 0;
        for (int n = 0; n < y.dim(0); n++) {
            for (int o = 0; o < y.dim(1); o++) {
                int firstChannel = o / outputsPerGroup * w.dim(1);
                for (int oy = 0; oy < y.dim(2); oy++) {
                    for (int ox = 0; ox < y.dim(3); ox++, iy++) {
                        int iw = o * w.dim(1) * w.dim(2) * w.dim(3);
                        for (int c = 0; c < w.dim(1); c++) {
                            int plane = (n * x.dim(1) + firstChannel + c) * x.dim(2) * x.dim(3);
                            for (int ky = 0; ky < w.dim(2); ky++) {
                                for (int kx = 0; kx < w.dim(3); kx++, iw++) {
                                    int row = oy * g.strideY() - g.padY() + ky;
                                    int column = ox * g.strideX() - g.padX() + kx;
                                    if (inside(row, x.dim(2)) && inside(column, x.dim(3))) {
                                        term.visit(plane + row * x.dim(3) + column, iw, iy);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /** Receives flat indices of an input element and the output whose window holds it, and that window's divisor. */
    interface Cell {
        void visit(int x, int y, double area);
    }

    /** Every (input, output) pair of a pooling over {@code x}. */
    static void pooling(Shape x, PoolGeometry g, Cell cell) {
        Shape y = g.output(x);
        int iy = 0;
        for (int plane = 0; plane < x.dim(0) * x.dim(1); plane++) {
            for (int oy = 0; oy < y.dim(2); oy++) {
                for (int ox = 0; ox < y.dim(3); ox++, iy++) {
                    int top = oy * g.strideY() - g.padY();
                    int left = ox * g.strideX() - g.padX();
                    int bottom = Math.min(top + g.kernelY(), x.dim(2) + g.padY());
                    int right = Math.min(left + g.kernelX(), x.dim(3) + g.padX());
                    double area = (double) (bottom - top) * (right - left);
                    for (int row = Math.max(top, 0); row < Math.min(bottom, x.dim(2)); row++) {
                        for (int column = Math.max(left, 0); column < Math.min(right, x.dim(3)); column++) {
                            cell.visit((plane * x.dim(2) + row) * x.dim(3) + column, iy, area);
                        }
                    }
                }
            }
        }
    }

    /** Output index → input index of its window's first maximum; a NaN counts as larger than everything. */
    static IntUnaryOperator maxima(double[] values, Shape x, PoolGeometry g) {
        int[] maximum = new int[g.output(x).size()];
        java.util.Arrays.fill(maximum, -1);
        pooling(x, g, (ix, iy, area) -> {
            int best = maximum[iy];
            if (best < 0 || values[ix] > values[best] || (Double.isNaN(values[ix]) && !Double.isNaN(values[best]))) {
                maximum[iy] = ix;
            }
        });
        return iy -> maximum[iy];
    }

    private static boolean inside(int index, int extent) {
        return index >= 0 && index < extent;
    }
}
