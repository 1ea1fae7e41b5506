package org.hashgrad.nn;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.tensor.LocalResponseNormalization;

/**
 * Local response normalisation across channels: x (N, C, …) → (N, C, …), {@code y_c = x_c (k + α/size Σ x_d²)^−β} over the {@code size}
 * channels around c. This is Caffe's and PyTorch's α; MatConvNet's is {@code α/size}.
 */
public final class LocalResponseNorm extends Stateless {
    private final LocalResponseNormalization primitive;

    /** @param size window in channels, odd */
    public LocalResponseNorm(int size, double alpha, double beta, double k) {
        if (size < 1 || size % 2 == 0) {
            throw new IllegalArgumentException("localResponseNorm: size must be odd and >= 1, got " + size);
        }
        this.primitive = new LocalResponseNormalization(size / 2, alpha / size, beta, k);
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return x.apply(new Fused(primitive));
    }
}
