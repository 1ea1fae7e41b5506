package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Launches {@code pairwise.cl}. How the columns are cut depends on shapes only. The residuals q of up to {@link #KEPT} pairs stay with
 * the row sums y as one of its forms, so that the gradient does not compute θ again; more pairs are computed twice and never stored.
 */
final class CpuPairwise implements Pairwise {
    /** Pairs whose residuals are stored: 4 MB in single precision. */
    static final int KEPT = 1 << 20;

    private static final String FILE = "pairwise.cl";
    private static final int ROWS = 8;
    /** Pairs of a column between two products of {@code pairwise_within}. */
    private static final int BLOCK = 64;
    /** Most work-items of {@code pairwise_within}, each of which has sums of its own. */
    private static final int ITEMS = 8;
    /** Blocks that are one item's work: a second thread would be awake too late for a part of it. */
    private static final int FEW_BLOCKS = 3;

    private static final int PARTIAL_ELEMENTS = 1 << 19;
    private final Engine engine;

    CpuPairwise(Engine engine) {
        this.engine = engine;
    }

    /** The inputs (u, v, s, w) and the sizes of a call. */
    private record Problem(
            double kappa,
            List<Tensor> in,
            int n,
            int m,
            int k,
            int np,
            int kp,
            int columns,
            int slice,
            int slices,
            int uniform) {
        static Problem of(double kappa, List<Tensor> in, int lanes) {
            int n = in.get(0).shape().dim(0);
            int m = in.get(1).shape().dim(0);
            int k = in.get(0).shape().dim(1);
            int kp = Tile.ceil(k, lanes) * lanes;
            int columns = 2 * lanes;
            int np = Tile.ceil(n, columns) * columns;
            int most = (int) Math.max(8, Math.min(64, PARTIAL_ELEMENTS / ((long) np * kp)));
            int slice = Tile.ceil(Tile.ceil(m, columns), most) * columns;
            int uniform = in.get(3).shape().size() == 1 ? 1 : 0;
            return new Problem(kappa, in, n, m, k, np, kp, columns, slice, Tile.ceil(m, slice), uniform);
        }

        /** Whether u is v. */
        boolean within() {
            return in.get(0).storage() == in.get(1).storage();
        }

        long pairs() {
            return (long) n * m;
        }

        DeviceBuffer input(int i) {
            return Engine.of(in.get(i));
        }
    }

    /** The residuals of these inputs, whose values never change. */
    private record Residuals(double kappa, List<Storage> inputs) {
        static Residuals of(Problem p) {
            return new Residuals(p.kappa, p.in.stream().map(Tensor::storage).toList());
        }
    }

    /** The sum of both gradients of these inputs for gy = 1. */
    private record Both(Residuals of) {
        static Both of(Problem p) {
            return new Both(Residuals.of(p));
        }
    }

    @Override
    public List<Storage> rows(PairwiseLogistic op, List<Tensor> in, List<Shape> out) {
        Problem p = Problem.of(op.kappa(), in, engine.lanes());
        if (p.within() && p.pairs() <= KEPT) {
            DeviceBuffer g = engine.take((long) p.n * p.k);
            try {
                List<Storage> made = engine.makeAll(out, y -> within(p, y.get(0), g));
                ((OpenClStorage) made.get(0)).form(Both.of(p), () -> g);
                return made;
            } catch (RuntimeException e) {
                engine.give(g);
                throw e;
            }
        }
        try (Engine.Scratch part = engine.scratch((long) p.slices * p.n * engine.lanes())) {
            if (p.pairs() > KEPT) {
                likelihood(p, part.buffer(), null);
                return engine.makeAll(out, y -> fold(p, part.buffer(), y.get(0)));
            }
            DeviceBuffer residuals = engine.filled(p.pairs(), q -> likelihood(p, part.buffer(), q));
            try {
                List<Storage> made = engine.makeAll(out, y -> fold(p, part.buffer(), y.get(0)));
                ((OpenClStorage) made.get(0)).form(Residuals.of(p), () -> residuals);
                return made;
            } catch (RuntimeException e) {
                engine.give(residuals);
                throw e;
            }
        }
    }

    /** y, and the sum of both gradients for gy = 1. */
    private void within(Problem p, DeviceBuffer y, DeviceBuffer g) {
        int blocks = Tile.ceil(p.n, p.columns);
        int items = blocks <= FEW_BLOCKS ? 1 : ITEMS;
        int parts = Math.min(items, blocks);
        padded(p, p.in.get(0), x -> {
            try (Engine.Scratch pack = engine.scratch((long) parts * p.columns * (p.k + 2 * BLOCK));
                    Engine.Scratch part = engine.scratch((long) parts * p.np * p.kp);
                    Engine.Scratch terms = engine.scratch((long) parts * p.np)) {
                engine.kernel(FILE, "pairwise_within")
                        .run(
                                new long[] {items},
                                new long[] {1},
                                x,
                                p.input(2),
                                p.input(3),
                                pack.buffer(),
                                part.buffer(),
                                terms.buffer(),
                                p.n,
                                p.k,
                                p.kp,
                                p.np,
                                p.uniform,
                                items,
                                p.kappa);
                engine.kernel(FILE, "pairwise_within_fold")
                        .wide(blocks, 1, 1, part.buffer(), terms.buffer(), y, g, p.n, p.k, p.kp, p.np, items);
            }
        });
    }

    /** The terms of y, to be folded, and the residuals where they are to be kept. */
    private void likelihood(Problem p, DeviceBuffer part, @Nullable DeviceBuffer residuals) {
        try (Engine.Scratch pack = engine.scratch((long) p.slices * p.k * p.columns)) {
            engine.kernel(FILE, "pairwise_rows")
                    .run(
                            new long[] {p.slices},
                            new long[] {1},
                            p.input(0),
                            p.input(1),
                            p.input(2),
                            p.input(3),
                            pack.buffer(),
                            part,
                            residuals == null ? part : residuals,
                            p.n,
                            p.m,
                            p.k,
                            p.slice,
                            p.uniform,
                            residuals == null ? 0 : 1,
                            p.kappa);
        }
    }

    private void fold(Problem p, DeviceBuffer part, DeviceBuffer y) {
        engine.kernel(FILE, "pairwise_rows_fold").wide(p.n, 1, 1, part, y, p.n, p.slices);
    }

    /** The residuals kept with y, or computed now if y was not made of these inputs. */
    private DeviceBuffer residuals(Problem p, Tensor y) {
        return ((OpenClStorage) y.storage()).form(Residuals.of(p), () -> {
            try (Engine.Scratch part = engine.scratch((long) p.slices * p.n * engine.lanes())) {
                return engine.filled(p.pairs(), q -> likelihood(p, part.buffer(), q));
            }
        });
    }

    @Override
    public List<Storage> gradient(PairwiseLogistic.Gradient op, List<Tensor> in, List<Shape> out) {
        Problem p = Problem.of(op.kappa(), in.subList(0, 4), engine.lanes());
        if (p.pairs() > KEPT) {
            return computed(p, op.inputs() == 2, in.get(5), out);
        }
        DeviceBuffer residuals = residuals(p, in.get(4));
        return engine.makeAll(out, g -> {
            product(p, residuals, in.get(5), in.get(1), g.get(0), p.n, true, false);
            if (op.inputs() == 2) {
                product(p, residuals, in.get(5), in.get(0), g.get(1), p.m, false, true);
            }
        });
    }

    @Override
    public Optional<List<Storage>> within(PairwiseLogistic.Within op, List<Tensor> in, List<Shape> out) {
        Tensor u = in.get(0);
        Problem p = Problem.of(op.kappa(), List.of(u, u, in.get(1), in.get(2)), engine.lanes());
        if (p.pairs() > KEPT) {
            return Optional.empty();
        }
        if (Engine.isOnes(in.get(4))) {
            DeviceBuffer both = ((OpenClStorage) in.get(3).storage()).takeForm(Both.of(p), () -> {
                try (Engine.Scratch y = engine.scratch(p.n)) {
                    return engine.filled((long) p.n * p.k, g -> within(p, y.buffer(), g));
                }
            });
            return Optional.of(List.of(engine.storage(out.get(0), both)));
        }
        DeviceBuffer residuals = residuals(p, in.get(3));
        return Optional.of(engine.makeAll(out, g -> product(p, residuals, in.get(4), u, g.get(0), p.n, true, true)));
    }

    /** g (count, k) = c x, where c is r, rᵀ or their sum. */
    private void product(
            Problem p,
            DeviceBuffer residuals,
            Tensor gy,
            Tensor x,
            DeviceBuffer g,
            int count,
            boolean byRows,
            boolean byColumns) {
        int depth = x.shape().dim(0);
        padded(p, x, from -> product(p, residuals, gy, from, depth, g, count, byRows, byColumns));
    }

    /** Does {@code work} on the rows of x with zeros behind them up to whole vectors. */
    private void padded(Problem p, Tensor x, Consumer<DeviceBuffer> work) {
        if (p.k == p.kp) {
            work.accept(Engine.of(x));
            return;
        }
        int rows = x.shape().dim(0);
        try (Engine.Scratch padded = engine.scratch((long) rows * p.kp)) {
            engine.kernel(FILE, "pairwise_pad").wide(rows, 1, 1, Engine.of(x), padded.buffer(), rows, p.k, p.kp);
            work.accept(padded.buffer());
        }
    }

    private void product(
            Problem p,
            DeviceBuffer residuals,
            Tensor gy,
            DeviceBuffer x,
            int depth,
            DeviceBuffer g,
            int count,
            boolean byRows,
            boolean byColumns) {
        engine.kernel(FILE, "pairwise_product")
                .run(
                        new long[] {Tile.ceil(count, engine.lanes())},
                        new long[] {1},
                        residuals,
                        Engine.of(gy),
                        x,
                        g,
                        count,
                        depth,
                        p.m,
                        p.k,
                        p.kp,
                        byRows ? 1 : 0,
                        byColumns ? 1 : 0,
                        p.kappa);
    }

    /** The gradients with θ computed again. */
    private List<Storage> computed(Problem p, boolean both, Tensor gy, List<Shape> out) {
        long packed = p.columns * (p.k + 2L * p.kp) + (long) ROWS * p.kp;
        return engine.makeAll(out, g -> {
            try (Engine.Scratch pack = engine.scratch(p.slices * packed);
                    Engine.Scratch part = engine.scratch((long) p.slices * p.np * p.kp)) {
                engine.kernel(FILE, "pairwise_gradient")
                        .run(
                                new long[] {p.slices},
                                new long[] {1},
                                p.input(0),
                                p.input(1),
                                p.input(2),
                                p.input(3),
                                Engine.of(gy),
                                pack.buffer(),
                                part.buffer(),
                                both ? g.get(1) : part.buffer(),
                                p.n,
                                p.m,
                                p.k,
                                p.np,
                                p.kp,
                                p.slice,
                                p.uniform,
                                both ? 1 : 0,
                                p.kappa);
                engine.kernel(FILE, "pairwise_gradient_fold")
                        .wide(p.n, 1, 1, part.buffer(), g.get(0), p.n, p.k, p.np, p.kp, p.slices);
            }
        });
    }
}
