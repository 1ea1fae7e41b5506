package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code pooling.cl} on blocked images, or {@code gpu_pooling.cl} on row-major ones. */
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

    /** A kernel over planes of LANES channels, each by {@code items} work-items. */
    private Storage blocked(String kernel, int items, Shape image, PoolGeometry g, Shape out, DeviceBuffer... inputs) {
        int planes = image.dim(0) * engine.layout().blocks(image);
        return engine.makeBlocked(out, y -> {
            List<Object> arguments = new ArrayList<>(List.of((Object[]) inputs));
            arguments.addAll(List.of(y, planes, geometry(g, image)));
            engine.kernel(FILE, kernel).wide(items, planes, 1, arguments.toArray());
        });
    }

    Storage max(Tensor x, PoolGeometry g, Shape out) {
        return gpu ? maxSelect(x, x, g, out) : blocked("max_pool", out.dim(2), x.shape(), g, out, Engine.blocked(x));
    }

    Storage maxSelect(Tensor x, Tensor values, PoolGeometry g, Shape out) {
        return gpu
                ? each("max_select", x.shape(), g, out, Engine.of(x), Engine.of(values))
                : blocked("max_select", out.dim(2), x.shape(), g, out, Engine.blocked(x), Engine.blocked(values));
    }

    Storage maxGradient(Tensor x, Tensor gy, PoolGeometry g) {
        Shape image = x.shape();
        return gpu
                ? each("max_gradient", image, g, image, Engine.of(x), Engine.of(gy))
                : blocked("max_gradient", 1, image, g, image, Engine.blocked(x), Engine.blocked(gy));
    }

    Storage average(Tensor x, PoolGeometry g, Shape out) {
        return gpu
                ? each("average_pool", x.shape(), g, out, Engine.of(x))
                : blocked("average_pool", out.dim(2), x.shape(), g, out, Engine.blocked(x));
    }

    Storage averageGradient(Tensor gy, PoolGeometry g, Shape input) {
        return gpu
                ? each("average_gradient", input, g, input, Engine.of(gy))
                : blocked("average_gradient", input.dim(2), input, g, input, Engine.blocked(gy));
    }
}
