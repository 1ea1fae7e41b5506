package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.Optional;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** The pairwise likelihood and its gradient, launched by the engine's family. */
interface Pairwise {
    static Pairwise of(Engine engine, Gemm gemm) {
        return engine.family() == Family.GPU ? new GpuPairwise(engine, gemm) : new CpuPairwise(engine);
    }

    /** Inputs (u, v, s, w). */
    List<Storage> rows(PairwiseLogistic op, List<Tensor> in, List<Shape> out);

    /** Inputs (u, v, s, w, y, gy). */
    List<Storage> gradient(PairwiseLogistic.Gradient op, List<Tensor> in, List<Shape> out);

    /** Inputs (u, s, w, y, gy); empty where {@link #gradient} is to be added up. */
    default Optional<List<Storage>> within(PairwiseLogistic.Within op, List<Tensor> in, List<Shape> out) {
        return Optional.empty();
    }
}
