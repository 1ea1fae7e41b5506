package org.hashgrad.autograd.op;

import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Reductions over axes, which stay with extent 1. */
public sealed interface Reduction extends Op {
    /** y = Σ x over {@code axes}; gx = gy stretched. */
    record Sum(int... axes) implements Reduction {
        public Sum {
            axes = axes.clone();
        }

        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.reduce(ReduceOp.SUM, x.get(0), axes);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Cotangents.of(gy.apply(new Movement.BroadcastTo(x.get(0).shape())));
        }
    }

    /** y = mean of x over {@code axes}; gx = gy / count, stretched. */
    record Mean(int... axes) implements Reduction {
        public Mean {
            axes = axes.clone();
        }

        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.reduce(ReduceOp.MEAN, x.get(0), axes);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            double count = (double) x.get(0).shape().size() / y.shape().size();
            return Cotangents.of(
                    gy.times(1 / count).apply(new Movement.BroadcastTo(x.get(0).shape())));
        }
    }

    /** y = max of x over {@code axes}; gy goes to the maxima, in equal parts where several tie. */
    record Max(int... axes) implements Reduction {
        public Max {
            axes = axes.clone();
        }

        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.reduce(ReduceOp.MAX, x.get(0), axes);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            Variable maxima = x.get(0).apply(new Arithmetic.Equal(), y);
            return Cotangents.of(maxima.times(gy.dividedBy(maxima.apply(new Sum(axes)))));
        }
    }
}
