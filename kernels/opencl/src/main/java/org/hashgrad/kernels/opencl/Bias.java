package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.Locale;
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

    private static String lower(Activation activation) {
        return activation.name().toLowerCase(Locale.ROOT);
    }

    List<Storage> forward(Activation activation, Tensor x, Tensor bias, List<Shape> out) {
        int channels = x.shape().dim(1);
        int area = x.shape().product(2, x.shape().rank());
        if (engine.family() == Family.GPU) {
            int n = x.shape().size();
            Kernel each = engine.tree(GPU_FILE, "bias_" + lower(activation));
            return engine.makeAll(
                    out, y -> each.elements(n, Engine.of(x), Engine.of(bias), y.get(0), n, channels, area));
        }
        boolean along = area == 1;
        int width = along ? channels : area;
        int rows = x.shape().size() / width;
        Kernel kernel = engine.kernel(FILE, "bias_" + lower(activation));
        return engine.makeAll(
                out,
                y -> kernel.wide(
                        rows, 1, 1, Engine.of(x), Engine.of(bias), y.get(0), rows, width, channels, along ? 1 : 0));
    }

    List<Storage> gradient(Activation activation, Tensor y, Tensor gy, List<Shape> out) {
        int channels = y.shape().dim(1);
        int area = y.shape().product(2, y.shape().rank());
        if (engine.family() == Family.GPU) {
            return engine.makeAll(
                    out, g -> gradientInParts(activation, y.shape().dim(0), channels, area, y, gy, g.get(0), g.get(1)));
        }
        Kernel kernel = engine.kernel(FILE, "bias_gradient_" + lower(activation));
        return engine.makeAll(
                out,
                g -> kernel.wide(
                        channels,
                        1,
                        1,
                        Engine.of(y),
                        Engine.of(gy),
                        g.get(0),
                        g.get(1),
                        y.shape().dim(0),
                        channels,
                        area));
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
        Kernel kernel = engine.tree(GPU_FILE, "bias_gradient_" + lower(activation));
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
