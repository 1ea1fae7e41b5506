package org.hashgrad.tensor;

/**
 * Stride, symmetric zero padding and groups of a 2-D convolution (cross-correlation, as in the deep-learning literature).
 * Input (N, C, H, W), weights (O, C/groups, KH, KW), output (N, O, (H + 2·padY − KH)/strideY + 1, …), rounded down.
 *
 * <p>Whether a padded position takes part as a zero or is left out is the backend's choice: a weight or cotangent that is not finite may
 * make NaN there (0·∞) on one backend and not on another. Where {@link Backend#winograd(Shape, Shape, ConvGeometry)} names an algorithm, a NaN or an
 * infinity may make NaN of every output of its tiles, up to 4 × 4 pixels each.
 */
public record ConvGeometry(int strideY, int strideX, int padY, int padX, int groups) {
    public ConvGeometry {
        if (strideY < 1 || strideX < 1 || padY < 0 || padX < 0 || groups < 1) {
            throw new ShapeException("convolution: need strides >= 1, padding >= 0, groups >= 1, got strides ("
                    + strideY + ", " + strideX + "), padding (" + padY + ", " + padX + "), groups " + groups);
        }
    }

    /** Square stride and padding, one group. */
    public static ConvGeometry of(int stride, int padding) {
        return new ConvGeometry(stride, stride, padding, padding, 1);
    }

    /** Output shape (N, O, OH, OW). @throws ShapeException when the shapes do not fit */
    public Shape output(Shape input, Shape weights) {
        if (input.rank() != 4 || weights.rank() != 4) {
            throw new ShapeException(
                    "conv2d: need x (N, C, H, W) and w (O, C/groups, KH, KW), got x " + input + ", w " + weights);
        }
        if (input.dim(1) != (long) weights.dim(1) * groups || weights.dim(0) % groups != 0) {
            throw new ShapeException("conv2d: channels do not fit: x is " + input + ", w is " + weights + ", groups "
                    + groups + "; need x.C = w.C * groups and w.O divisible by groups");
        }
        int height = extent(input.dim(2), weights.dim(2), strideY, padY);
        int width = extent(input.dim(3), weights.dim(3), strideX, padX);
        if (height < 1 || width < 1) {
            throw new ShapeException("conv2d: kernel " + weights.dim(2) + "x" + weights.dim(3)
                    + " is larger than the padded input: x is " + input + ", padding (" + padY + ", " + padX + ")");
        }
        return Shape.of(input.dim(0), weights.dim(0), height, width);
    }

    private static int extent(int input, int kernel, int stride, int pad) {
        int padded = Shape.checkedExtent("conv2d: padded extent", input + 2L * pad);
        return Math.floorDiv(padded - kernel, stride) + 1;
    }
}
