package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code gpu_pairwise.cl} between matrix products. */
final class GpuPairwise implements Pairwise {
    private static final String FILE = "gpu_pairwise.cl";
    private final Engine engine;
    private final Gemm gemm;

    GpuPairwise(Engine engine, Gemm gemm) {
        this.engine = engine;
        this.gemm = gemm;
    }

    private static int uniform(List<Tensor> in) {
        return in.get(3).shape().size() == 1 ? 1 : 0;
    }

    @Override
    public List<Storage> rows(PairwiseLogistic op, List<Tensor> in, List<Shape> out) {
        Shape pairs = in.get(2).shape();
        return engine.makeAll(out, y -> {
            try (Engine.Scratch inner = gemm.inner(in.get(0), in.get(1))) {
                engine.tree(FILE, "pairwise_rows")
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
                                uniform(in),
                                op.kappa());
            }
        });
    }

    @Override
    public List<Storage> gradient(PairwiseLogistic.Gradient op, List<Tensor> in, List<Shape> out) {
        Shape pairs = in.get(2).shape();
        return engine.makeAll(out, g -> {
            try (Engine.Scratch inner = gemm.inner(in.get(0), in.get(1));
                    Engine.Scratch residual = engine.scratch(pairs.size())) {
                engine.tree(FILE, "pairwise_residual")
                        .elements(
                                pairs.size(),
                                inner.buffer(),
                                Engine.of(in.get(2)),
                                Engine.of(in.get(3)),
                                Engine.of(in.get(5)),
                                residual.buffer(),
                                pairs.size(),
                                pairs.dim(1),
                                uniform(in),
                                op.kappa());
                gemm.outer(residual.buffer(), in.get(0), in.get(1), g);
            }
        });
    }
}
