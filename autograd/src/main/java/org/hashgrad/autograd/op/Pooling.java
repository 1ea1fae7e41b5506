package org.hashgrad.autograd.op;

import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Pooling over windows of (N, C, H, W), see {@link PoolGeometry}. Where maxima tie, the first in row-major order counts. */
public sealed interface Pooling extends Op {
    /** y = maximum of each window of x. */
    record MaxPool(PoolGeometry geometry) implements Pooling {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.maxPool(x.get(0), geometry);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Cotangents.of(x.get(0).apply(new MaxPoolGradient(geometry), gy));
        }
    }

    /** (x, g) → g scattered to the maxima of x. Linear in g; constant in x almost everywhere. */
    record MaxPoolGradient(PoolGeometry geometry) implements Pooling {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.maxPoolGradient(x.get(0), x.get(1), geometry);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable c, Variable y, Inputs x) {
            return Cotangents.of(null, x.needs(1) ? x.get(0).apply(new MaxPoolSelect(geometry), c) : null);
        }
    }

    /** (x, v) → v read at the maxima of x. Linear in v; constant in x almost everywhere. */
    record MaxPoolSelect(PoolGeometry geometry) implements Pooling {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.maxPoolSelect(x.get(0), x.get(1), geometry);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Cotangents.of(null, x.needs(1) ? x.get(0).apply(new MaxPoolGradient(geometry), gy) : null);
        }
    }

    /** y = mean of each window of x. */
    record AveragePool(PoolGeometry geometry) implements Pooling {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.averagePool(x.get(0), geometry);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Cotangents.of(gy.apply(new AveragePoolGradient(x.get(0).shape(), geometry)));
        }
    }

    /** The adjoint of {@link AveragePool}, to shape {@code input}. */
    record AveragePoolGradient(Shape input, PoolGeometry geometry) implements Pooling {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.averagePoolGradient(x.get(0), input, geometry);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable c, Variable y, Inputs x) {
            return Cotangents.of(c.apply(new AveragePool(geometry)));
        }
    }
}
