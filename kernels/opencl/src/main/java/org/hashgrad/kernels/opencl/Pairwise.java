package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code pairwise.cl} between the matrix products of {@link Gemm}. */
final class Pairwise {
    private static final String FILE = "pairwise.cl";
    private final Engine engine;
    private final Gemm gemm;

    Pairwise(Engine engine, Gemm gemm) {
        this.engine = engine;
        this.gemm = gemm;
    }

    /** Inputs (u, v, s, w). */
    List<Storage> rows(double kappa, List<Tensor> in, List<Shape> out) {
        int n = in.get(0).shape().dim(0);
        int m = in.get(1).shape().dim(0);
        return engine.makeAll(out, y -> {
            try (Engine.Scratch inner = inner(in, n, m)) {
                engine.kernel(FILE, "pairwise_rows")
                        .wide(
                                n,
                                1,
                                1,
                                inner.buffer(),
                                Engine.of(in.get(2)),
                                Engine.of(in.get(3)),
                                y.get(0),
                                n,
                                m,
                                kappa);
            }
        });
    }

    private Engine.Scratch inner(List<Tensor> in, int n, int m) {
        int k = in.get(0).shape().dim(1);
        return engine.scratch(
                (long) n * m,
                inner -> gemm.run(Engine.of(in.get(0)), Engine.of(in.get(1)), inner, n, m, k, false, true));
    }

    /** Inputs (u, v, s, w, y, gy). */
    List<Storage> gradient(double kappa, List<Tensor> in, List<Shape> out) {
        int n = in.get(0).shape().dim(0);
        int m = in.get(1).shape().dim(0);
        int k = in.get(0).shape().dim(1);
        return engine.makeAll(out, g -> {
            try (Engine.Scratch inner = inner(in, n, m);
                    Engine.Scratch residual = engine.scratch((long) n * m)) {
                engine.kernel(FILE, "pairwise_residual")
                        .wide(
                                (m + engine.lanes() - 1) / engine.lanes(),
                                n,
                                1,
                                inner.buffer(),
                                Engine.of(in.get(2)),
                                Engine.of(in.get(3)),
                                Engine.of(in.get(5)),
                                residual.buffer(),
                                n,
                                m,
                                kappa);
                gemm.run(residual.buffer(), Engine.of(in.get(1)), g.get(0), n, k, m, false, false);
                gemm.run(residual.buffer(), Engine.of(in.get(0)), g.get(1), m, k, n, true, false);
            }
        });
    }
}
