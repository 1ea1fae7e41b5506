package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.TripletLogistic;

/** The triplet likelihood and its gradient, launched by the engine's family. */
interface Triplet {
    static Triplet of(Engine engine, Gemm gemm) {
        return engine.family() == Family.GPU ? new GpuTriplet(engine, gemm) : new CpuTriplet(engine, gemm);
    }

    /** Inputs (u, v, s, d). */
    List<Storage> rows(TripletLogistic op, List<Tensor> in, List<Shape> out);

    /** Inputs (u, v, s, d, y, gy). */
    List<Storage> gradient(TripletLogistic.Gradient op, List<Tensor> in, List<Shape> out);
}
