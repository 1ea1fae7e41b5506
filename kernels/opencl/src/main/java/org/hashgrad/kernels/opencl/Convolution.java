package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Convolution and its two adjoints, launched by the engine's family. */
interface Convolution {
    static Convolution of(Engine engine, Reduction reduction) {
        return engine.family() == Family.GPU ? new GpuConvolution(engine, reduction) : new CpuConvolution(engine);
    }

    Storage forward(Tensor x, Tensor w, ConvGeometry g, Shape out);

    Storage inputGradient(Tensor gy, Tensor w, ConvGeometry g, Shape input);

    Storage weightGradient(Tensor x, Tensor gy, ConvGeometry g, Shape weights);
}
