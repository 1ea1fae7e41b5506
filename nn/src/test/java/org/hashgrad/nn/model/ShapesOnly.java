package org.hashgrad.nn.model;

import java.util.List;
import java.util.function.Consumer;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Elements;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;

/** Checks shapes as every backend does and computes nothing, so that full-size networks cost neither time nor memory. */
final class ShapesOnly extends Backend {
    ShapesOnly() {
        super("shapes", Precision.F32);
    }

    private Storage empty(Shape shape) {
        return new Storage(this, 4L * shape.size()) {
            @Override
            protected void free() {}
        };
    }

    @Override
    protected Storage upload(Shape shape, Consumer<Elements> fill) {
        return empty(shape);
    }

    @Override
    protected void download(Tensor x, double[] values) {
        throw new UnsupportedOperationException("shapes: there are no values");
    }

    @Override
    protected void download(Tensor x, float[] values) {
        throw new UnsupportedOperationException("shapes: there are no values");
    }

    @Override
    protected Storage fillKernel(Shape shape, double value) {
        return empty(shape);
    }

    @Override
    protected Storage unaryKernel(UnaryOp op, Tensor x) {
        return empty(x.shape());
    }

    @Override
    protected Storage binaryKernel(BinaryOp op, Tensor a, Tensor b, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage affineKernel(Tensor x, double scale, double shift) {
        return empty(x.shape());
    }

    @Override
    protected Storage reduceKernel(ReduceOp op, Tensor x, boolean[] reduced, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage permuteKernel(Tensor x, int[] order, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage broadcastKernel(Tensor x, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage sliceKernel(Tensor x, int[] from, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage padKernel(Tensor x, int[] before, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage concatKernel(int axis, List<Tensor> parts, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage gatherRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage scatterAddRowsKernel(Tensor x, IndexTensor rows, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage matmulKernel(Tensor a, Tensor b, boolean transposeA, boolean transposeB, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage conv2dKernel(Tensor x, Tensor w, ConvGeometry geometry, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage conv2dInputGradientKernel(Tensor gy, Tensor w, ConvGeometry geometry, Shape input) {
        return empty(input);
    }

    @Override
    protected Storage conv2dWeightGradientKernel(Tensor x, Tensor gy, ConvGeometry geometry, Shape weights) {
        return empty(weights);
    }

    @Override
    protected Storage maxPoolKernel(Tensor x, PoolGeometry geometry, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage maxPoolGradientKernel(Tensor x, Tensor gy, PoolGeometry geometry) {
        return empty(x.shape());
    }

    @Override
    protected Storage maxPoolSelectKernel(Tensor x, Tensor values, PoolGeometry geometry, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage averagePoolKernel(Tensor x, PoolGeometry geometry, Shape out) {
        return empty(out);
    }

    @Override
    protected Storage averagePoolGradientKernel(Tensor gy, PoolGeometry geometry, Shape input) {
        return empty(input);
    }
}
