package org.hashgrad.bench;

import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;

/** A square convolution: x (batch, channels, side, side), w (outputs, channels, kernel, kernel). */
public record ConvLayer(int batch, int channels, int outputs, int kernel, int side, int stride, int padding) {
    /**
     * From {@code batch x channels x outputs x kernel x side}, for example {@code 64x32x32x5x14}, which keeps its extent (kernel odd), or with
     * {@code x stride x padding} behind it.
     */
    static ConvLayer parse(String text) {
        int[] e = Extents.parse(text);
        boolean plain = e.length == 5;
        return new ConvLayer(e[0], e[1], e[2], e[3], e[4], plain ? 1 : e[5], plain ? (e[3] - 1) / 2 : e[6]);
    }

    public ConvGeometry geometry() {
        return ConvGeometry.of(stride, padding);
    }

    public Shape input() {
        return Shape.of(batch, channels, side, side);
    }

    public Shape weights() {
        return Shape.of(outputs, channels, kernel, kernel);
    }

    public Shape output() {
        return geometry().output(input(), weights());
    }

    /** Floating-point operations of one pass, a multiply-add counted as two, padding included. */
    double flops() {
        return 2.0 * output().size() * channels * kernel * kernel;
    }
}
