package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code batch_norm.cl}. The moments of a tensor are computed once and stay with it, for all three. */
final class CpuBatchNorm implements BatchNorm {
    private static final String FILE = "batch_norm.cl";
    private final Engine engine;

    CpuBatchNorm(Engine engine) {
        this.engine = engine;
    }

    private void run(String kernel, ChannelVectors vectors, Object... arguments) {
        engine.kernel(FILE, kernel).wide(vectors.parts(), vectors.blocks(), 1, arguments);
    }

    /** Names the moments of the parts of images of a shape. */
    private record Moments(Shape images) {}

    private DeviceBuffer moments(ChannelVectors vectors, Tensor x) {
        return ((OpenClStorage) x.storage())
                .form(
                        new Moments(vectors.images()),
                        () -> engine.filled(
                                2 * vectors.partial(),
                                made -> run("norm_parts", vectors, vectors.of(x), made, vectors.extent())));
    }

    @Override
    public List<Storage> moments(MovingMoments moving, List<Tensor> in, List<Shape> out) {
        Tensor x = in.get(0);
        ChannelVectors vectors = ChannelVectors.of(engine, x.shape());
        DeviceBuffer moments = moments(vectors, x);
        return engine.makeAll(out, moved -> engine.kernel(FILE, "moving_moments")
                .wide(
                        1,
                        vectors.blocks(),
                        1,
                        moments,
                        Engine.of(in.get(1)),
                        Engine.of(in.get(2)),
                        moved.get(0),
                        moved.get(1),
                        vectors.extent(),
                        1 - moving.rate(),
                        moving.rate(),
                        moving.varianceRate(x.shape())));
    }

    @Override
    public List<Storage> forward(BatchNormalization norm, List<Tensor> in, List<Shape> out) {
        Tensor x = in.get(0);
        ChannelVectors vectors = ChannelVectors.of(engine, x.shape());
        DeviceBuffer moments = moments(vectors, x);
        return vectors.makeAll(
                out,
                y -> run(
                        BatchNorm.named("batch_norm", norm.activation()),
                        vectors,
                        vectors.of(x),
                        Engine.of(in.get(1)),
                        Engine.of(in.get(2)),
                        moments,
                        y.get(0),
                        vectors.extent(),
                        norm.epsilon()));
    }

    @Override
    public List<Storage> gradient(BatchNormalization.Gradient norm, List<Tensor> in, List<Shape> out) {
        Tensor x = in.get(0);
        ChannelVectors vectors = ChannelVectors.of(engine, x.shape());
        DeviceBuffer moments = moments(vectors, x);
        return vectors.makeAll(out, g -> {
            try (Engine.Scratch sums = engine.scratch(2 * vectors.partial())) {
                run(
                        BatchNorm.named("along_parts", norm.activation()),
                        vectors,
                        vectors.of(x),
                        Engine.of(in.get(1)),
                        Engine.of(in.get(2)),
                        vectors.of(in.get(4)),
                        moments,
                        sums.buffer(),
                        vectors.extent(),
                        norm.epsilon());
                run(
                        BatchNorm.named("batch_norm_gradient", norm.activation()),
                        vectors,
                        vectors.of(x),
                        Engine.of(in.get(1)),
                        Engine.of(in.get(2)),
                        vectors.of(in.get(4)),
                        moments,
                        sums.buffer(),
                        g.get(0),
                        g.get(1),
                        g.get(2),
                        vectors.extent(),
                        norm.epsilon());
            }
        });
    }
}
