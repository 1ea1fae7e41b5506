package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.TripletLogistic;

/** Launches {@code gpu_triplet.cl} between matrix products. */
final class GpuTriplet implements Triplet {
    private static final String FILE = "gpu_triplet.cl";
    private final Engine engine;
    private final Gemm gemm;

    GpuTriplet(Engine engine, Gemm gemm) {
        this.engine = engine;
        this.gemm = gemm;
    }

    @Override
    public List<Storage> rows(TripletLogistic op, List<Tensor> in, List<Shape> out) {
        Shape pairs = in.get(2).shape();
        return engine.makeAll(out, y -> {
            try (Engine.Scratch inner = gemm.inner(in.get(0), in.get(1))) {
                engine.tree(FILE, "triplet_rows")
                        .groups(
                                pairs.dim(0),
                                1,
                                1,
                                engine.group(),
                                inner.buffer(),
                                Engine.of(in.get(2)),
                                Engine.of(in.get(3)),
                                y.get(0),
                                pairs.dim(1),
                                op.kappa(),
                                op.margin());
            }
        });
    }

    @Override
    public List<Storage> gradient(TripletLogistic.Gradient op, List<Tensor> in, List<Shape> out) {
        Shape pairs = in.get(2).shape();
        return engine.makeAll(out, g -> {
            try (Engine.Scratch inner = gemm.inner(in.get(0), in.get(1));
                    Engine.Scratch slopes = engine.scratch(pairs.size())) {
                engine.tree(FILE, "triplet_slopes")
                        .groups(
                                pairs.dim(0),
                                1,
                                1,
                                engine.group(),
                                inner.buffer(),
                                Engine.of(in.get(2)),
                                Engine.of(in.get(3)),
                                Engine.of(in.get(5)),
                                slopes.buffer(),
                                pairs.dim(1),
                                op.kappa(),
                                op.margin());
                gemm.outer(slopes.buffer(), in.get(0), in.get(1), g);
            }
        });
    }
}
