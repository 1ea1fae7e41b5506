package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.function.Consumer;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.TripletLogistic;

/** Launches {@code triplet.cl}, and the matrix product of {@link Gemm} for the gradient that mixes rows. */
final class CpuTriplet implements Triplet {
    private static final String FILE = "triplet.cl";
    private static final int PARTS = 64;
    private final Engine engine;
    private final Gemm gemm;

    CpuTriplet(Engine engine, Gemm gemm) {
        this.engine = engine;
        this.gemm = gemm;
    }

    @Override
    public List<Storage> rows(TripletLogistic op, List<Tensor> in, List<Shape> out) {
        Shape pairs = in.get(2).shape();
        int n = pairs.dim(0);
        int m = pairs.dim(1);
        int k = in.get(0).shape().dim(1);
        return engine.makeAll(out, y -> {
            try (Engine.Scratch bad = engine.scratch(PARTS, numbers(in.get(1)))) {
                engine.kernel(FILE, "triplet_rows")
                        .wide(
                                n,
                                1,
                                1,
                                Engine.of(in.get(0)),
                                Engine.of(in.get(1)),
                                Engine.of(in.get(2)),
                                Engine.of(in.get(3)),
                                bad.buffer(),
                                y.get(0),
                                n,
                                m,
                                k,
                                PARTS,
                                op.kappa(),
                                op.margin());
            }
        });
    }

    /** 0 for each part of v, or NaN where a number is none. */
    private Consumer<DeviceBuffer> numbers(Tensor v) {
        int count = v.shape().size();
        int part = (count + PARTS - 1) / PARTS;
        return bad -> engine.kernel(FILE, "triplet_numbers").wide(PARTS, 1, 1, Engine.of(v), bad, count, part, PARTS);
    }

    /** The derivatives by θ are kept only for gv. */
    @Override
    public List<Storage> gradient(TripletLogistic.Gradient op, List<Tensor> in, List<Shape> out) {
        Shape pairs = in.get(2).shape();
        int n = pairs.dim(0);
        int m = pairs.dim(1);
        int k = in.get(0).shape().dim(1);
        boolean both = op.inputs() == 2;
        return engine.makeAll(out, g -> {
            try (Engine.Scratch bad = engine.scratch(PARTS, numbers(in.get(1)));
                    Engine.Scratch slopes = engine.scratch(both ? (long) n * m : 1)) {
                engine.kernel(FILE, "triplet_gradient")
                        .wide(
                                n,
                                1,
                                1,
                                Engine.of(in.get(0)),
                                Engine.of(in.get(1)),
                                Engine.of(in.get(2)),
                                Engine.of(in.get(3)),
                                bad.buffer(),
                                Engine.of(in.get(5)),
                                g.get(0),
                                slopes.buffer(),
                                n,
                                m,
                                k,
                                PARTS,
                                both ? 1 : 0,
                                op.kappa(),
                                op.margin());
                if (both) {
                    gemm.run(slopes.buffer(), Engine.of(in.get(0)), g.get(1), m, k, n, true, false);
                }
            }
        });
    }
}
