package org.hashgrad.kernels.opencl;

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
