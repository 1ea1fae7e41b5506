package org.hashgrad.autograd.op;

import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Functions of two broadcast arguments, element by element: a (…), b (…) → y (broadcast shape); and {@link Affine}. */
public sealed interface Arithmetic extends Op {
    /** y = scale · x + shift, gx = scale · gy. Shapes: x (…) → y (…). */
    record Affine(double scale, double shift) implements Arithmetic {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.affine(x.get(0), scale, shift);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Cotangents.of(gy.times(scale));
        }
    }

    /** What the two-argument ops share: the forward, and undoing the broadcast of each gradient. */
    sealed interface Binary extends Arithmetic {
        BinaryOp primitive();

        /** ∂y/∂a applied to gy, in the broadcast shape; null when it is zero. */
        @Nullable
        Variable byFirst(Variable gy, Variable y, Variable a, Variable b);

        /** ∂y/∂b applied to gy, in the broadcast shape; null when it is zero. */
        @Nullable
        Variable bySecond(Variable gy, Variable y, Variable a, Variable b);

        @Override
        default Tensor forward(Backend backend, List<Tensor> x) {
            return backend.binary(primitive(), x.get(0), x.get(1));
        }

        @Override
        default List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            Variable a = x.get(0);
            Variable b = x.get(1);
            Variable ga = x.needs(0) ? byFirst(gy, y, a, b) : null;
            Variable gb = x.needs(1) ? bySecond(gy, y, a, b) : null;
            return Cotangents.of(ga == null ? null : ga.sumTo(a.shape()), gb == null ? null : gb.sumTo(b.shape()));
        }
    }

    /** y = a + b. */
    record Add() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.ADD;
        }

        @Override
        public Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return gy;
        }

        @Override
        public Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return gy;
        }
    }

    /** y = a − b. */
    record Subtract() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.SUB;
        }

        @Override
        public Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return gy;
        }

        @Override
        public Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(-1);
        }
    }

    /** y = a b, ga = gy b, gb = gy a. */
    record Multiply() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.MUL;
        }

        @Override
        public Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(b);
        }

        @Override
        public Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(a);
        }
    }

    /** y = a / b, ga = gy / b, gb = −gy y / b. Domain b ≠ 0. */
    record Divide() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.DIV;
        }

        @Override
        public Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return gy.dividedBy(b);
        }

        @Override
        public Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(y).dividedBy(b).times(-1);
        }
    }

    /** y = max(a, b), gy to the larger; at the kink a = b to b. */
    record Maximum() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.MAX;
        }

        @Override
        public Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(a.apply(new Greater(), b));
        }

        @Override
        public Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(a.apply(new Greater(), b).times(-1).plus(1));
        }
    }

    /** y = min(a, b), gy to the smaller; at the kink a = b to a. */
    record Minimum() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.MIN;
        }

        @Override
        public Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(a.apply(new Greater(), b).times(-1).plus(1));
        }

        @Override
        public Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(a.apply(new Greater(), b));
        }
    }

    /** y = 1[a &gt; b]; no gradient, also at the jump. */
    record Greater() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.GREATER;
        }

        @Override
        public @Nullable Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return null;
        }

        @Override
        public @Nullable Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return null;
        }
    }

    /** y = 1[a = b]; no gradient. */
    record Equal() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.EQUAL;
        }

        @Override
        public @Nullable Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return null;
        }

        @Override
        public @Nullable Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return null;
        }
    }

    /** y = a (1 − b²), the derivative of tanh from its output b. ga = gy (1 − b²), gb = −2 gy a b. */
    record TanhGradient() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.TANH_GRADIENT;
        }

        @Override
        public Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return gy.apply(new TanhGradient(), b);
        }

        @Override
        public Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(a).times(b).times(-2);
        }
    }

    /** y = a b (1 − b), the derivative of σ from its output b. ga = gy b (1 − b), gb = gy a (1 − 2b). */
    record SigmoidGradient() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.SIGMOID_GRADIENT;
        }

        @Override
        public Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return gy.apply(new SigmoidGradient(), b);
        }

        @Override
        public Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return gy.times(a).times(b.times(-2).plus(1));
        }
    }

    /** y = a where b &gt; 0, else 0: the derivative of ReLU from its output b. ga = gy where b &gt; 0, gb = 0, also at the jump. */
    record ReluGradient() implements Binary {
        @Override
        public BinaryOp primitive() {
            return BinaryOp.RELU_GRADIENT;
        }

        @Override
        public Variable byFirst(Variable gy, Variable y, Variable a, Variable b) {
            return gy.apply(new ReluGradient(), b);
        }

        @Override
        public @Nullable Variable bySecond(Variable gy, Variable y, Variable a, Variable b) {
            return null;
        }
    }
}
