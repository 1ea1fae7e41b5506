package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code gpu_batch_norm.cl}: the parts of every channel, then what needs all of them. */
final class GpuBatchNorm implements BatchNorm {
    private static final String FILE = "gpu_batch_norm.cl";
    private final Engine engine;

    GpuBatchNorm(Engine engine) {
        this.engine = engine;
    }

    /** Extents of a problem, its parts, and scratch (C, parts) for the moments of each. */
    private final class Problem implements AutoCloseable {
        private final int n;
        private final int channels;
        private final int area;
        private final Parts parts;
        private final Engine.Scratch means;
        private final Engine.Scratch squares;

        Problem(Shape x) {
            n = x.dim(0);
            channels = x.dim(1);
            area = x.product(2, x.rank());
            parts = Parts.of(n * area);
            means = engine.scratch(blocks());
            try {
                squares = engine.scratch(blocks());
            } catch (RuntimeException e) {
                means.close();
                throw e;
            }
        }

        long blocks() {
            return (long) channels * parts.count();
        }

        void measure(Tensor x) {
            run(
                    "norm_parts",
                    blocks(),
                    Engine.of(x),
                    means.buffer(),
                    squares.buffer(),
                    parts.count(),
                    parts.length(),
                    n,
                    channels,
                    area);
        }

        @Override
        public void close() {
            squares.close();
            means.close();
        }
    }

    private void run(String kernel, long groups, Object... arguments) {
        engine.tree(FILE, kernel).groups(groups, 1, 1, engine.group(), arguments);
    }

    @Override
    public List<Storage> moments(MovingMoments moving, List<Tensor> in, List<Shape> out) {
        Tensor x = in.get(0);
        return engine.makeAll(out, m -> {
            try (Problem p = new Problem(x.shape())) {
                p.measure(x);
                run(
                        "moving_moments",
                        p.channels,
                        p.means.buffer(),
                        p.squares.buffer(),
                        Engine.of(in.get(1)),
                        Engine.of(in.get(2)),
                        m.get(0),
                        m.get(1),
                        p.parts.count(),
                        p.parts.length(),
                        p.n,
                        p.area,
                        1 - moving.rate(),
                        moving.rate(),
                        moving.varianceRate(x.shape()));
            }
        });
    }

    @Override
    public List<Storage> forward(BatchNormalization norm, List<Tensor> in, List<Shape> out) {
        Tensor x = in.get(0);
        return engine.makeAll(out, y -> {
            try (Problem p = new Problem(x.shape())) {
                p.measure(x);
                run(
                        BatchNorm.named("batch_norm", norm.activation()),
                        p.blocks(),
                        Engine.of(x),
                        Engine.of(in.get(1)),
                        Engine.of(in.get(2)),
                        p.means.buffer(),
                        p.squares.buffer(),
                        y.get(0),
                        p.parts.count(),
                        p.parts.length(),
                        p.n,
                        p.channels,
                        p.area,
                        norm.epsilon());
            }
        });
    }

    @Override
    public List<Storage> gradient(BatchNormalization.Gradient norm, List<Tensor> in, List<Shape> out) {
        Tensor x = in.get(0);
        return engine.makeAll(out, g -> {
            try (Problem p = new Problem(x.shape());
                    Engine.Scratch alongs = engine.scratch(p.blocks());
                    Engine.Scratch sums = engine.scratch(p.blocks())) {
                p.measure(x);
                run(
                        BatchNorm.named("along_parts", norm.activation()),
                        p.blocks(),
                        Engine.of(x),
                        Engine.of(in.get(1)),
                        Engine.of(in.get(2)),
                        Engine.of(in.get(4)),
                        p.means.buffer(),
                        p.squares.buffer(),
                        alongs.buffer(),
                        sums.buffer(),
                        p.parts.count(),
                        p.parts.length(),
                        p.n,
                        p.channels,
                        p.area,
                        norm.epsilon());
                run(
                        BatchNorm.named("batch_norm_gradient", norm.activation()),
                        p.blocks(),
                        Engine.of(x),
                        Engine.of(in.get(1)),
                        Engine.of(in.get(2)),
                        Engine.of(in.get(4)),
                        p.means.buffer(),
                        p.squares.buffer(),
                        alongs.buffer(),
                        sums.buffer(),
                        g.get(0),
                        g.get(1),
                        g.get(2),
                        p.parts.count(),
                        p.parts.length(),
                        p.n,
                        p.channels,
                        p.area,
                        norm.epsilon());
            }
        });
    }
}
