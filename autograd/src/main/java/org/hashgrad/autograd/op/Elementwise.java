package org.hashgrad.autograd.op;

import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;
import org.jspecify.annotations.Nullable;

/** Functions of one argument, element by element. Shapes: x (…) → y (…). */
public sealed interface Elementwise extends Op {
    /** The primitive this op runs. */
    UnaryOp primitive();

    /** gx from gy, the output y and the input x; null when it is zero. */
    @Nullable
    Variable derivative(Variable gy, Variable y, Variable x);

    @Override
    default Tensor forward(Backend backend, List<Tensor> x) {
        return backend.unary(primitive(), x.get(0));
    }

    @Override
    default List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
        return Cotangents.of(derivative(gy, y, x.get(0)));
    }

    /** y = −x, gx = −gy. */
    record Negate() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.NEG;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.apply(new Negate());
        }
    }

    /** y = |x|, gx = gy sgn(x); at the kink x = 0 the subgradient +1 (sgn(0) = +1). */
    record Abs() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.ABS;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.times(x.sgn());
        }
    }

    /** y = sgn(x) with sgn(0) = +1; gx = 0, also at the jump. */
    record Sgn() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.SGN;
        }

        @Override
        public @Nullable Variable derivative(Variable gy, Variable y, Variable x) {
            return null;
        }
    }

    /** y = x², gx = 2 gy x. */
    record Square() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.SQUARE;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.times(x).times(2);
        }
    }

    /** y = √x, gx = gy / (2y). Domain x ≥ 0; infinite slope at 0. */
    record Sqrt() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.SQRT;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.dividedBy(y).times(0.5);
        }
    }

    /** y = 1/x, gx = −gy y². Domain x ≠ 0. */
    record Reciprocal() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.RECIPROCAL;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.times(y.square()).times(-1);
        }
    }

    /** y = eˣ, gx = gy y. */
    record Exp() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.EXP;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.times(y);
        }
    }

    /** y = ln x, gx = gy / x. Domain x &gt; 0. */
    record Log() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.LOG;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.dividedBy(x);
        }
    }

    /** y = tanh x, gx = gy (1 − y²); uses y only. */
    record Tanh() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.TANH;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.apply(new Arithmetic.TanhGradient(), y);
        }
    }

    /** y = σ(x) = 1/(1+e⁻ˣ), gx = gy y (1 − y); uses y only. */
    record Sigmoid() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.SIGMOID;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.apply(new Arithmetic.SigmoidGradient(), y);
        }
    }

    /** y = log(1 + eˣ), gx = gy σ(x). */
    record Softplus() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.SOFTPLUS;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.times(x.sigmoid());
        }
    }

    /** y = log cosh x, gx = gy tanh x. */
    record LogCosh() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.LOG_COSH;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.times(x.tanh());
        }
    }

    /** y = max(x, 0), gx = gy where y &gt; 0; at the kink x = 0 the subgradient 0. Uses y only. */
    record Relu() implements Elementwise {
        @Override
        public UnaryOp primitive() {
            return UnaryOp.RELU;
        }

        @Override
        public Variable derivative(Variable gy, Variable y, Variable x) {
            return gy.apply(new Arithmetic.ReluGradient(), y);
        }
    }
}
