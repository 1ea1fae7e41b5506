package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.Optional;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.WinogradMode;

/** Convolution and its two adjoints, launched by the engine's family. */
interface Convolution {
    /** Winograd's algorithm serves speed: double precision, where results are checked, keeps to the definition. */
    static Convolution of(Engine engine, Reduction reduction, WinogradMode winograd) {
        if (engine.family() == Family.GPU) {
            return new GpuConvolution(engine, reduction);
        }
        Convolution direct = new CpuConvolution(engine);
        boolean exact = winograd == WinogradMode.OFF || engine.precision() == Precision.F64;
        return exact ? direct : new Winograd(engine, winograd, direct);
    }

    /** What shapes that suit it are computed with. */
    default WinogradMode winograd() {
        return WinogradMode.OFF;
    }

    /** What computes {@link #forward} and {@link #inputGradient} of x by w. */
    default WinogradMode winograd(Shape x, Shape w, ConvGeometry g) {
        return WinogradMode.OFF;
    }

    Storage forward(Tensor x, Tensor w, ConvGeometry g, Shape out);

    /** f(x by w + b) where its kernels finish their sums so; otherwise empty, and the definition runs. */
    default Optional<List<Storage>> activated(ConvolutionActivation p, List<Tensor> in, Shape out) {
        return Optional.empty();
    }

    Storage inputGradient(Tensor gy, Tensor w, ConvGeometry g, Shape input);

    Storage weightGradient(Tensor x, Tensor gy, ConvGeometry g, Shape weights);
}
