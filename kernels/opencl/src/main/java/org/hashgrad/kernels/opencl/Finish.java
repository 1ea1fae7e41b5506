package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.Optional;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What the convolutions of the CPU family do to their sums as they store them.
 *
 * @param bias of the output channels
 * @param code 0 nothing, 1 bias, 2 bias and ReLU
 */
record Finish(@Nullable DeviceBuffer bias, int code) {
    static final Finish NONE = new Finish(null, 0);

    /** Empty for a tanh, which is not fused: no network has one behind a convolution. */
    static Optional<Finish> of(ConvolutionActivation p, List<Tensor> in) {
        return p.activation() == Activation.TANH
                ? Optional.empty()
                : Optional.of(new Finish(Engine.of(in.get(2)), p.activation() == Activation.RELU ? 2 : 1));
    }

    /** The bias, or, where none is read, what stands in for it. */
    DeviceBuffer biasOr(DeviceBuffer other) {
        return bias == null ? other : bias;
    }
}
