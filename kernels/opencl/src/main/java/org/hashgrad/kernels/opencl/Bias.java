package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code bias.cl}. */
final class Bias {
    private static final String FILE = "bias.cl";
    private static final String GPU_FILE = "gpu_bias.cl";
    private final Engine engine;
    private final Reduction reduction;

    Bias(Engine engine, Reduction reduction) {
        this.engine = engine;
        this.reduction = reduction;
    }

    List<Storage> forward(Activation activation, Tensor x, Tensor bias, List<Shape> out) {
        String name = BatchNorm.named("bias", activation);
        if (engine.family() == Family.GPU) {
            int n = x.shape().size();
            int area = x.shape().product(2, x.shape().rank());
            Kernel each = engine.tree(GPU_FILE, name);
            return engine.makeAll(
                    out,
                    y -> each.elements(
                            n,
                            Engine.of(x),
                            Engine.of(bias),
                            y.get(0),
                            n,
                            x.shape().dim(1),
                            area));
        }
        ChannelVectors vectors = ChannelVectors.of(engine, x.shape());
        return vectors.makeAll(
                out, y -> run(name, vectors, vectors.of(x), Engine.of(bias), y.get(0), vectors.extent()));
    }

    private void run(String kernel, ChannelVectors vectors, Object... arguments) {
        engine.kernel(FILE, kernel).wide(vectors.parts(), vectors.blocks(), 1, arguments);
    }

    List<Storage> gradient(Activation activation, Tensor y, Tensor gy, List<Shape> out) {
        if (engine.family() == Family.GPU) {
            int channels = y.shape().dim(1);
            int area = y.shape().product(2, y.shape().rank());
            return engine.makeAll(
                    out, g -> gradientInParts(activation, y.shape().dim(0), channels, area, y, gy, g.get(0), g.get(1)));
        }
        ChannelVectors vectors = ChannelVectors.of(engine, y.shape());
        return vectors.makeAll(out, g -> {
            try (Engine.Scratch sums = engine.scratch(vectors.partial())) {
                run(
                        BatchNorm.named("bias_gradient", activation),
                        vectors,
                        vectors.of(y),
                        vectors.of(gy),
                        g.get(0),
                        sums.buffer(),
                        vectors.extent());
                engine.kernel(FILE, "bias_sums")
                        .wide(1, vectors.blocks(), 1, sums.buffer(), g.get(1), vectors.extent());
            }
        });
    }

    private void gradientInParts(
            Activation activation,
            int n,
            int channels,
            int area,
            Tensor y,
            Tensor gy,
            DeviceBuffer gx,
            DeviceBuffer gb) {
        Parts parts = Parts.of(n * area);
        Kernel kernel = engine.tree(GPU_FILE, BatchNorm.named("bias_gradient", activation));
        try (Engine.Scratch sums = engine.scratch((long) channels * parts.count())) {
            kernel.groups(
                    (long) channels * parts.count(),
                    1,
                    1,
                    engine.group(),
                    Engine.of(y),
                    Engine.of(gy),
                    gx,
                    parts.count() == 1 ? gb : sums.buffer(),
                    parts.count(),
                    parts.length(),
                    n,
                    channels,
                    area);
            if (parts.count() > 1) {
                reduction.addRows(sums.buffer(), channels, parts.count(), gb);
            }
        }
    }
}
