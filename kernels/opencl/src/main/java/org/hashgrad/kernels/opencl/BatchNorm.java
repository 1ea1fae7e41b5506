package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Channel moments, batch normalisation and its gradient, launched by the engine's family. */
interface BatchNorm {
    static BatchNorm of(Engine engine) {
        return engine.family() == Family.GPU ? new GpuBatchNorm(engine) : new CpuBatchNorm(engine);
    }

    List<Storage> moments(Tensor x, List<Shape> out);

    List<Storage> forward(double epsilon, Tensor x, Tensor gamma, Tensor beta, List<Shape> out);

    List<Storage> gradient(double epsilon, Tensor x, Tensor gamma, Tensor gy, List<Shape> out);
}
