package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.Locale;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Batch normalisation, its gradient and moving moments, launched by the engine's family; inputs in the primitives' order. */
interface BatchNorm {
    static BatchNorm of(Engine engine) {
        return engine.family() == Family.GPU ? new GpuBatchNorm(engine) : new CpuBatchNorm(engine);
    }

    /** A kernel's name for one activation. */
    static String named(String kernel, Activation activation) {
        return kernel + "_" + activation.name().toLowerCase(Locale.ROOT);
    }

    List<Storage> moments(MovingMoments moving, List<Tensor> in, List<Shape> out);

    List<Storage> forward(BatchNormalization norm, List<Tensor> in, List<Shape> out);

    List<Storage> gradient(BatchNormalization.Gradient norm, List<Tensor> in, List<Shape> out);
}
