package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code pooling.cl}. */
final class Pooling {
    private static final String FILE = "pooling.cl";
    private static final String GPU_FILE = "gpu_pooling.cl";
    private final Engine engine;
    private final boolean gpu;

    Pooling(Engine engine) {
        this.engine = engine;
        this.gpu = engine.family() == Family.GPU;
    }

    private static int[] geometry(PoolGeometry g, Shape x) {
        Shape y = g.output(x);
        return new int[] {
            x.dim(2),
            x.dim(3),
            y.dim(2),
            y.dim(3),
            g.kernelY(),
            g.kernelX(),
            g.strideY(),
            g.strideX(),
            g.padY(),
            g.padX()
        };
    }

    /** A kernel with one work-item per result, over pooled images of shape {@code image}. */
    private Storage each(String kernel, Shape image, PoolGeometry g, Shape out, DeviceBuffer... inputs) {
        return engine.make(out, y -> {
            List<Object> arguments = new ArrayList<>(List.of((Object[]) inputs));
            arguments.addAll(List.of(y, out.size(), geometry(g, image)));
            engine.kernel(GPU_FILE, kernel).elements(out.size(), arguments.toArray());
        });
    }

    Storage maxSelect(Tensor x, Tensor values, PoolGeometry g, Shape out) {
        if (gpu) {
            return each("max_select", x.shape(), g, out, Engine.of(x), Engine.of(values));
        }
        int planes = out.dim(0) * out.dim(1);
        return engine.make(out, y -> engine.kernel(FILE, "max_select")
                .wide(out.dim(2), planes, 1, Engine.of(x), Engine.of(values), y, planes, geometry(g, x.shape())));
    }

    Storage maxGradient(Tensor x, Tensor gy, PoolGeometry g) {
        if (gpu) {
            return each("max_gradient", x.shape(), g, x.shape(), Engine.of(x), Engine.of(gy));
        }
        int planes = x.shape().dim(0) * x.shape().dim(1);
        return engine.make(x.shape(), gx -> engine.kernel(FILE, "max_gradient")
                .wide(planes, 1, 1, Engine.of(x), Engine.of(gy), gx, planes, geometry(g, x.shape())));
    }

    Storage average(Tensor x, PoolGeometry g, Shape out) {
        if (gpu) {
            return each("average_pool", x.shape(), g, out, Engine.of(x));
        }
        int planes = out.dim(0) * out.dim(1);
        return engine.make(out, y -> engine.kernel(FILE, "average_pool")
                .wide(out.dim(2), planes, 1, Engine.of(x), y, planes, geometry(g, x.shape())));
    }

    Storage averageGradient(Tensor gy, PoolGeometry g, Shape input) {
        if (gpu) {
            return each("average_gradient", input, g, input, Engine.of(gy));
        }
        int planes = input.dim(0) * input.dim(1);
        return engine.make(input, gx -> engine.kernel(FILE, "average_gradient")
                .wide(planes, 1, 1, Engine.of(gy), gx, planes, geometry(g, input)));
    }
}
