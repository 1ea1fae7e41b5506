package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code pairwise.cl}. How the columns are cut depends on shapes only. */
final class CpuPairwise implements Pairwise {
    private static final String FILE = "pairwise.cl";
    private static final int ROWS = 8;
    private static final int PARTIAL_ELEMENTS = 1 << 19;
    private final Engine engine;

    CpuPairwise(Engine engine) {
        this.engine = engine;
    }

    /** Sizes of a call. */
    private record Sizes(int n, int m, int k, int np, int kp, int slice, int slices, int uniform) {
        static Sizes of(List<Tensor> in, int lanes) {
            int n = in.get(0).shape().dim(0);
            int m = in.get(1).shape().dim(0);
            int k = in.get(0).shape().dim(1);
            int np = ceil(n, ROWS) * ROWS;
            int kp = ceil(k, lanes) * lanes;
            int most = (int) Math.max(8, Math.min(64, PARTIAL_ELEMENTS / ((long) np * kp)));
            int slice = ceil(ceil(m, lanes), most) * lanes;
            int uniform = in.get(3).shape().size() == 1 ? 1 : 0;
            return new Sizes(n, m, k, np, kp, slice, ceil(m, slice), uniform);
        }

        private static int ceil(int count, int step) {
            return (count + step - 1) / step;
        }
    }

    @Override
    public List<Storage> rows(PairwiseLogistic op, List<Tensor> in, List<Shape> out) {
        int lanes = engine.lanes();
        Sizes of = Sizes.of(in, lanes);
        return engine.makeAll(out, y -> {
            try (Engine.Scratch pack = engine.scratch((long) of.slices * of.k * lanes);
                    Engine.Scratch part = engine.scratch((long) of.slices * of.n * lanes)) {
                engine.kernel(FILE, "pairwise_rows")
                        .run(
                                new long[] {of.slices},
                                new long[] {1},
                                Engine.of(in.get(0)),
                                Engine.of(in.get(1)),
                                Engine.of(in.get(2)),
                                Engine.of(in.get(3)),
                                pack.buffer(),
                                part.buffer(),
                                of.n,
                                of.m,
                                of.k,
                                of.slice,
                                of.uniform,
                                op.kappa());
                engine.kernel(FILE, "pairwise_rows_fold").wide(of.n, 1, 1, part.buffer(), y.get(0), of.n, of.slices);
            }
        });
    }

    @Override
    public List<Storage> gradient(PairwiseLogistic.Gradient op, List<Tensor> in, List<Shape> out) {
        int lanes = engine.lanes();
        Sizes of = Sizes.of(in, lanes);
        boolean both = op.inputs() == 2;
        long packed = lanes * (of.k + 2L * of.kp) + (long) ROWS * of.kp;
        return engine.makeAll(out, g -> {
            try (Engine.Scratch pack = engine.scratch(of.slices * packed);
                    Engine.Scratch part = engine.scratch((long) of.slices * of.np * of.kp)) {
                engine.kernel(FILE, "pairwise_gradient")
                        .run(
                                new long[] {of.slices},
                                new long[] {1},
                                Engine.of(in.get(0)),
                                Engine.of(in.get(1)),
                                Engine.of(in.get(2)),
                                Engine.of(in.get(3)),
                                Engine.of(in.get(5)),
                                pack.buffer(),
                                part.buffer(),
                                both ? g.get(1) : part.buffer(),
                                of.n,
                                of.m,
                                of.k,
                                of.np,
                                of.kp,
                                of.slice,
                                of.uniform,
                                both ? 1 : 0,
                                op.kappa());
                engine.kernel(FILE, "pairwise_gradient_fold")
                        .wide(of.n, 1, 1, part.buffer(), g.get(0), of.n, of.k, of.np, of.kp, of.slices);
            }
        });
    }
}
