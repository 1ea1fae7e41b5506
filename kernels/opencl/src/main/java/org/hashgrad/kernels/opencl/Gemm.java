package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Matrix products, launched by the engine's family. */
abstract class Gemm {
    private final Engine engine;

    Gemm(Engine engine) {
        this.engine = engine;
    }

    static Gemm of(Engine engine, Reduction reduction) {
        return engine.family() == Family.GPU ? new GpuGemm(engine, reduction) : new CpuGemm(engine);
    }

    final Engine engine() {
        return engine;
    }

    final Storage matmul(Tensor a, Tensor b, boolean transposeA, boolean transposeB, Shape out) {
        int inner = a.shape().dim(transposeA ? 0 : 1);
        return engine.make(
                out, c -> run(Engine.of(a), Engine.of(b), c, out.dim(0), out.dim(1), inner, transposeA, transposeB));
    }

    /** u vᵀ (n, m) for u (n, k) and v (m, k), for the length of one operation. */
    final Engine.Scratch inner(Tensor u, Tensor v) {
        int n = u.shape().dim(0);
        int m = v.shape().dim(0);
        return engine.scratch(
                (long) n * m,
                d -> run(Engine.of(u), Engine.of(v), d, n, m, u.shape().dim(1), false, true));
    }

    /** c v (n, k), and cᵀ u (m, k) where asked for, for c (n, m): what a derivative c by u vᵀ means for u and v. */
    final void outer(DeviceBuffer c, Tensor u, Tensor v, List<DeviceBuffer> gradients) {
        int n = u.shape().dim(0);
        int m = v.shape().dim(0);
        int k = u.shape().dim(1);
        run(c, Engine.of(v), gradients.get(0), n, k, m, false, false);
        if (gradients.size() == 2) {
            run(c, Engine.of(u), gradients.get(1), m, k, n, true, false);
        }
    }

    /** c (m, n) = op(a) (m, k) · op(b) (k, n). */
    abstract void run(
            DeviceBuffer a,
            DeviceBuffer b,
            DeviceBuffer c,
            int m,
            int n,
            int k,
            boolean transposeA,
            boolean transposeB);
}
