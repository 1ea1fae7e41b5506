package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code softmax.cl}. */
final class Softmax {
    private static final String FILE = "softmax.cl";
    private static final String GPU_FILE = "gpu_softmax.cl";
    private final Engine engine;

    Softmax(Engine engine) {
        this.engine = engine;
    }

    List<Storage> forward(Tensor x, List<Shape> out) {
        int n = x.shape().dim(0);
        int c = x.shape().dim(1);
        if (engine.family() == Family.GPU) {
            return engine.makeAll(out, y -> engine.tree(GPU_FILE, "log_softmax")
                    .groups(n, 1, 1, engine.group(), Engine.of(x), y.get(0), c));
        }
        return engine.makeAll(out, y -> engine.kernel(FILE, "log_softmax").wide(n, 1, 1, Engine.of(x), y.get(0), n, c));
    }

    List<Storage> gradient(Tensor y, Tensor gy, List<Shape> out) {
        int n = y.shape().dim(0);
        int c = y.shape().dim(1);
        if (engine.family() == Family.GPU) {
            return engine.makeAll(out, gx -> engine.tree(GPU_FILE, "log_softmax_gradient")
                    .groups(n, 1, 1, engine.group(), Engine.of(y), Engine.of(gy), gx.get(0), c));
        }
        return engine.makeAll(out, gx -> engine.kernel(FILE, "log_softmax_gradient")
                .wide(n, 1, 1, Engine.of(y), Engine.of(gy), gx.get(0), n, c));
    }
}
