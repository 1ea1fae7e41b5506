package org.hashgrad.autograd.op;

import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A differentiable operation: its forward and its vector-Jacobian product side by side. Ops are records grouped in families; a
 * researcher's own op implements {@link CustomOp}.
 */
public sealed interface Op
        permits Elementwise, Arithmetic, Reduction, Movement, Indexing, Linalg, Convolution, Pooling, Fused, CustomOp {
    /** The value. The result belongs to the current scope of {@code backend}. */
    Tensor forward(Backend backend, List<Tensor> x);

    /**
     * One cotangent per input, of that input's shape: {@code gx_i = (∂y/∂x_i)ᵀ gy}, null where the derivative is zero everywhere or
     * {@code !x.needs(i)}. Written in ops itself, so it runs on every backend and can be differentiated again.
     */
    List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x);
}
