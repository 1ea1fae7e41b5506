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
 * Launches {@code pairwise.cl}. How the columns are cut depends on shapes only. The gradient by u that gy = 1 has is made along with the row sums y
 * and stays with them as one of their forms; a row of it times its gy is any other. No pair is stored but by {@code pairwise_within}, one number each.
 */
final class CpuPairwise implements Pairwise {
    /** Most rows of {@code pairwise_within}, which keeps a number for each pair. */
    private static final int MOST_ROWS = 1024;

    private static final String FILE = "pairwise.cl";
    /** Blocks that are one item's work: a second thread would be awake too late for a part of it. */
    private static final int FEW_BLOCKS = 3;

    /** Vectors of columns between two products of {@code pairwise_rows}. */
    private static final int BANK = 4;

    private static final int LEAST_SLICES = 8;
    private static final int MOST_SLICES = 32;
    private static final int PARTIAL_ELEMENTS = 1 << 18;
    private final Engine engine;
    private @Nullable DeviceBuffer progress;

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

        /** Whether u is v, and few enough. */
        boolean within() {
            return in.get(0).storage() == in.get(1).storage() && n <= MOST_ROWS;
        }

        DeviceBuffer input(int i) {
            return Engine.of(in.get(i));
        }

        long codes() {
            return (long) n * k;
        }
    }

    /** The gradient of these inputs, whose values never change, for gy = 1: by u, or, where u is v, by both, added. */
    private record Gradient(boolean within, double kappa, List<Storage> inputs) {
        static Gradient of(Problem p, boolean within) {
            return new Gradient(
                    within, p.kappa, p.in.stream().map(Tensor::storage).toList());
        }
    }

    @Override
    public List<Storage> rows(PairwiseLogistic op, List<Tensor> in, List<Shape> out) {
        Problem p = Problem.of(op.kappa(), in, engine.lanes());
        DeviceBuffer g = engine.take(p.codes());
        try {
            return p.within() ? rowsWithin(p, out, g) : rowsApart(p, out, g);
        } catch (RuntimeException e) {
            engine.give(g);
            throw e;
        }
    }

    private List<Storage> rowsApart(Problem p, List<Shape> out, DeviceBuffer g) {
        List<Storage> made = engine.makeAll(out, y -> apart(p, y.get(0), g));
        ((OpenClStorage) made.get(0)).form(Gradient.of(p, false), () -> g);
        return made;
    }

    /** With the sum of y beside its gradient. */
    private List<Storage> rowsWithin(Problem p, List<Shape> out, DeviceBuffer g) {
        DeviceBuffer total = engine.take(1);
        try {
            List<Storage> made = engine.makeAll(out, y -> within(p, y.get(0), total, g));
            OpenClStorage y = (OpenClStorage) made.get(0);
            y.form(Gradient.of(p, true), () -> g);
            y.form(Reduction.TOTAL, () -> total);
            return made;
        } catch (RuntimeException e) {
            engine.give(total);
            throw e;
        }
    }

    /** The gradient alone, for a y that was not made of these inputs. */
    private DeviceBuffer gradient(Problem p, boolean within) {
        try (Engine.Scratch y = engine.scratch(p.n);
                Engine.Scratch total = engine.scratch(1)) {
            return engine.filled(p.codes(), g -> {
                if (within) {
                    within(p, y.buffer(), total.buffer(), g);
                } else {
                    apart(p, y.buffer(), g);
                }
            });
        }
    }

    private void apart(Problem p, DeviceBuffer y, DeviceBuffer g) {
        int lanes = engine.lanes();
        int vectors = Math.min(4, Integer.highestOneBit(Tile.ceil(p.n, lanes) * 2 - 1));
        int width = vectors * lanes;
        int np = Tile.ceil(p.n, width) * width;
        int slices = slices(p.m, (long) np * p.kp);
        try (Engine.Scratch pack = engine.scratch(slices * ((long) p.k * np + 3L * BANK * lanes * width));
                Engine.Scratch terms = engine.scratch((long) slices * np);
                Engine.Scratch part = engine.scratch((long) slices * np * p.kp)) {
            engine.kernel(FILE, "pairwise_rows")
                    .run(
                            new long[] {slices},
                            new long[] {1},
                            p.input(0),
                            p.input(1),
                            p.input(2),
                            p.input(3),
                            pack.buffer(),
                            terms.buffer(),
                            part.buffer(),
                            p.n,
                            p.m,
                            p.k,
                            np,
                            p.kp,
                            slices,
                            vectors,
                            p.uniform,
                            p.kappa);
            engine.kernel(FILE, "pairwise_rows_fold")
                    .run(
                            new long[] {p.kp / lanes, np / lanes},
                            new long[] {1, 1},
                            terms.buffer(),
                            part.buffer(),
                            y,
                            g,
                            p.n,
                            p.k,
                            np,
                            p.kp,
                            vectors,
                            slices);
        }
    }

    /** Even, where there are several: PoCL gives the thread that asks first half of the items, rounded up. */
    private int slices(int m, long partial) {
        long most = Math.max(LEAST_SLICES, Math.min(MOST_SLICES, PARTIAL_ELEMENTS / partial));
        int slices = (int) Math.min(most, Tile.ceil(m, BANK * engine.lanes()));
        return slices == 1 ? 1 : slices / 2 * 2;
    }

    /** y, its sum, and the sum of both gradients for gy = 1. */
    private void within(Problem p, DeviceBuffer y, DeviceBuffer total, DeviceBuffer g) {
        int blocks = p.np / p.columns;
        int items = blocks <= FEW_BLOCKS ? 1 : Math.min(engine.device().computeUnits(), blocks);
        padded(p, p.in.get(0), x -> {
            try (Engine.Scratch pack = engine.scratch((long) items * p.columns * (p.k + 3 * p.columns));
                    Engine.Scratch c = engine.scratch((long) p.np * p.np);
                    Engine.Scratch terms = engine.scratch((long) blocks * p.np)) {
                engine.kernel(FILE, "pairwise_within")
                        .run(
                                new long[] {items},
                                new long[] {1},
                                x,
                                p.input(2),
                                p.input(3),
                                pack.buffer(),
                                c.buffer(),
                                terms.buffer(),
                                progress(),
                                y,
                                total,
                                g,
                                p.n,
                                p.k,
                                p.kp,
                                p.np,
                                p.uniform,
                                p.kappa);
            }
        });
    }

    /** Where the items of {@code pairwise_within} count what is done; all 0 between launches. */
    private DeviceBuffer progress() {
        if (progress == null) {
            progress = engine.counters(2 + MOST_ROWS / engine.lanes());
        }
        return progress;
    }

    @Override
    public List<Storage> gradient(PairwiseLogistic.Gradient op, List<Tensor> in, List<Shape> out) {
        Problem p = Problem.of(op.kappa(), in.subList(0, 4), engine.lanes());
        OpenClStorage y = (OpenClStorage) in.get(4).storage();
        if (op.inputs() == 1 && Engine.isOnes(in.get(5))) {
            return List.of(engine.storage(out.get(0), y.takeForm(Gradient.of(p, false), () -> gradient(p, false))));
        }
        DeviceBuffer gy = Engine.of(in.get(5));
        DeviceBuffer ofOnes = y.form(Gradient.of(p, false), () -> gradient(p, false));
        return engine.makeAll(out, g -> {
            engine.kernel(FILE, "pairwise_scale").wide(p.n, 1, 1, ofOnes, gy, g.get(0), p.n, p.k);
            if (op.inputs() == 2) {
                columns(p, gy, g.get(1));
            }
        });
    }

    /** The gradient by v. */
    private void columns(Problem p, DeviceBuffer gy, DeviceBuffer gv) {
        padded(p, p.in.get(0), x -> {
            try (Engine.Scratch pack = engine.scratch((long) p.slices * p.columns * (p.k + p.kp))) {
                engine.kernel(FILE, "pairwise_columns")
                        .run(
                                new long[] {p.slices},
                                new long[] {1},
                                x,
                                p.input(1),
                                p.input(2),
                                p.input(3),
                                gy,
                                pack.buffer(),
                                gv,
                                p.n,
                                p.m,
                                p.k,
                                p.kp,
                                p.slice,
                                p.uniform,
                                p.kappa);
            }
        });
    }

    @Override
    public Optional<List<Storage>> within(PairwiseLogistic.Within op, List<Tensor> in, List<Shape> out) {
        Tensor u = in.get(0);
        Problem p = Problem.of(op.kappa(), List.of(u, u, in.get(1), in.get(2)), engine.lanes());
        if (!p.within() || !Engine.isOnes(in.get(4))) {
            return Optional.empty();
        }
        DeviceBuffer both =
                ((OpenClStorage) in.get(3).storage()).takeForm(Gradient.of(p, true), () -> gradient(p, true));
        return Optional.of(List.of(engine.storage(out.get(0), both)));
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
}
