package org.hashgrad.bench;

import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;

/** A square stride-1 convolution that keeps its extent: x (batch, channels, side, side), kernel odd, padding (kernel − 1)/2. */
record ConvLayer(int batch, int channels, int outputs, int kernel, int side) {
    /** From {@code batch x channels x outputs x kernel x side}, for example {@code 64x32x32x5x14}. */
    static ConvLayer parse(String text) {
        int[] extents = Extents.parse(text);
        return new ConvLayer(extents[0], extents[1], extents[2], extents[3], extents[4]);
    }

    int padding() {
        return (kernel - 1) / 2;
    }

    ConvGeometry geometry() {
        return ConvGeometry.of(1, padding());
    }

    Shape input() {
        return Shape.of(batch, channels, side, side);
    }

    Shape weights() {
        return Shape.of(outputs, channels, kernel, kernel);
    }

    Shape output() {
        return Shape.of(batch, outputs, side, side);
    }

    /** Floating-point operations of one pass, a multiply-add counted as two, padding included. */
    double flops() {
        return 2.0 * output().size() * channels * kernel * kernel;
    }
}
