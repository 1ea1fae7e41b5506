package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code batch_norm.cl}. */
final class CpuBatchNorm implements BatchNorm {
    private static final String FILE = "batch_norm.cl";
    private final Engine engine;

    CpuBatchNorm(Engine engine) {
        this.engine = engine;
    }

    private static int area(Shape x) {
        return x.product(2, x.rank());
    }

    @Override
    public List<Storage> moments(Tensor x, List<Shape> out) {
        Shape s = x.shape();
        return engine.makeAll(out, m -> engine.kernel(FILE, "moments")
                .wide(s.dim(1), 1, 1, Engine.of(x), m.get(0), m.get(1), s.dim(0), s.dim(1), area(s)));
    }

    @Override
    public List<Storage> forward(double epsilon, Tensor x, Tensor gamma, Tensor beta, List<Shape> out) {
        Shape s = x.shape();
        return engine.makeAll(out, y -> engine.kernel(FILE, "batch_norm")
                .wide(
                        s.dim(1),
                        1,
                        1,
                        Engine.of(x),
                        Engine.of(gamma),
                        Engine.of(beta),
                        y.get(0),
                        s.dim(0),
                        s.dim(1),
                        area(s),
                        epsilon));
    }

    @Override
    public List<Storage> gradient(double epsilon, Tensor x, Tensor gamma, Tensor gy, List<Shape> out) {
        Shape s = x.shape();
        return engine.makeAll(out, g -> engine.kernel(FILE, "batch_norm_gradient")
                .wide(
                        s.dim(1),
                        1,
                        1,
                        Engine.of(x),
                        Engine.of(gamma),
                        Engine.of(gy),
                        g.get(0),
                        g.get(1),
                        g.get(2),
                        s.dim(0),
                        s.dim(1),
                        area(s),
                        epsilon));
    }
}
