package org.hashgrad.autograd.op;

import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Matrix products. */
public sealed interface Linalg extends Op {
    /**
     * y = op(a) op(b) with op(·) the identity or the transpose: (m, k), (k, n) → (m, n). For plain factors ga = gy bᵀ, gb = aᵀ gy; the
     * transposed forms are the same products with the roles turned.
     */
    record Matmul(boolean transposeA, boolean transposeB) implements Linalg {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.matmul(x.get(0), x.get(1), transposeA, transposeB);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            Variable a = x.get(0);
            Variable b = x.get(1);
            return Cotangents.of(x.needs(0) ? byFirst(gy, b) : null, x.needs(1) ? bySecond(gy, a) : null);
        }

        private Variable byFirst(Variable gy, Variable b) {
            return transposeA ? b.apply(new Matmul(transposeB, true), gy) : gy.apply(new Matmul(false, !transposeB), b);
        }

        private Variable bySecond(Variable gy, Variable a) {
            return transposeB ? gy.apply(new Matmul(true, transposeA), a) : a.apply(new Matmul(!transposeA, false), gy);
        }
    }
}
