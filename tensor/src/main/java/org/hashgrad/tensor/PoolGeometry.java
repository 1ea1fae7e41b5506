package org.hashgrad.tensor;

/**
 * Window, stride, symmetric padding and rounding of a 2-D pooling over (N, C, H, W). With {@code ceil} the output extent is rounded
 * up and a last window that would start outside input and left padding is dropped, as in Caffe and PyTorch. Max pooling ignores
 * padding; average pooling divides by the window's area clipped to the padded input, as both do.
 */
public record PoolGeometry(int kernelY, int kernelX, int strideY, int strideX, int padY, int padX, boolean ceil) {
    public PoolGeometry {
        if (kernelY < 1 || kernelX < 1 || strideY < 1 || strideX < 1) {
            throw new ShapeException("pool: need kernel and stride >= 1, got kernel (" + kernelY + ", " + kernelX
                    + "), stride (" + strideY + ", " + strideX + ")");
        }
        if (padY < 0 || padX < 0 || padY > kernelY / 2 || padX > kernelX / 2) {
            throw new ShapeException("pool: padding must be between 0 and half the kernel, got padding (" + padY + ", "
                    + padX + ") for kernel (" + kernelY + ", " + kernelX + ")");
        }
    }

    /** Square window and stride without padding. */
    public static PoolGeometry of(int kernel, int stride, boolean ceil) {
        return new PoolGeometry(kernel, kernel, stride, stride, 0, 0, ceil);
    }

    /** Output shape (N, C, OH, OW). @throws ShapeException when the input is not 4-D or smaller than the window */
    public Shape output(Shape input) {
        if (input.rank() != 4) {
            throw new ShapeException("pool: need x (N, C, H, W), got " + input);
        }
        int height = extent(input.dim(2), kernelY, strideY, padY);
        int width = extent(input.dim(3), kernelX, strideX, padX);
        if (height < 1 || width < 1) {
            throw new ShapeException(
                    "pool: window " + kernelY + "x" + kernelX + " is larger than the padded input " + input);
        }
        return Shape.of(input.dim(0), input.dim(1), height, width);
    }

    private int extent(int input, int kernel, int stride, int pad) {
        Shape.checkedExtent("pool: padded extent plus kernel", input + 2L * pad + kernel);
        long span = input + 2L * pad - kernel;
        if (span < 0 && !(ceil && span > -stride)) {
            return 0;
        }
        long extent = (ceil ? Math.floorDiv(span + stride - 1, stride) : span / stride) + 1;
        return (int) (ceil && (extent - 1) * stride >= input + pad ? extent - 1 : extent);
    }
}
