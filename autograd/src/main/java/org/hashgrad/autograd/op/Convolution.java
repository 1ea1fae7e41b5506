package org.hashgrad.autograd.op;

import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The trilinear form Σ gy · conv(x, w) seen from its three sides: each op is linear in both arguments, and each vjp is the other two. And y
 * with a bias and an activation in one primitive. Shapes: x (N, C, H, W), w (O, C/groups, KH, KW), b (O), gy (N, O, OH, OW).
 */
public sealed interface Convolution extends Op {
    /** y = conv(x, w). */
    record Conv2d(ConvGeometry geometry) implements Convolution {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.conv2d(x.get(0), x.get(1), geometry);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs in) {
            Variable x = in.get(0);
            Variable w = in.get(1);
            return Cotangents.of(
                    in.needs(0) ? gy.apply(new InputGradient(x.shape(), geometry), w) : null,
                    in.needs(1) ? x.apply(new WeightGradient(w.shape(), geometry), gy) : null);
        }
    }

    /**
     * y = f(conv(x, w) + b). With g = gy f′, f′ by y: ∂b = Σ g over all but the channels, and the convolution's own two of g. At the kink of ReLU
     * the slope is 0.
     */
    record Activated(ConvGeometry geometry, Activation activation) implements Convolution {
        private FusedPrimitive primitive() {
            return new ConvolutionActivation(geometry, activation);
        }

        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.fused(primitive(), x).get(0);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs in) {
            Pass pass = gy.pass();
            if (pass.recording()) {
                return pass.vjpOf(inputs -> primitive().composite(pass, inputs).get(0), in, gy);
            }
            Variable x = in.get(0);
            Variable w = in.get(1);
            List<Variable> bias = pass.fused(new BiasActivation.Gradient(activation), List.of(y, in.get(2), y, gy));
            Variable g = bias.get(0);
            return Cotangents.of(
                    in.needs(0) ? g.apply(new InputGradient(x.shape(), geometry), w) : null,
                    in.needs(1) ? x.apply(new WeightGradient(w.shape(), geometry), g) : null,
                    in.needs(2) ? bias.get(1) : null);
        }
    }

    /** gx = convᵀ(gy, w), shape {@code input}. */
    record InputGradient(Shape input, ConvGeometry geometry) implements Convolution {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.conv2dInputGradient(x.get(0), x.get(1), input, geometry);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable c, Variable y, Inputs in) {
            Variable gy = in.get(0);
            Variable w = in.get(1);
            return Cotangents.of(
                    in.needs(0) ? c.apply(new Conv2d(geometry), w) : null,
                    in.needs(1) ? c.apply(new WeightGradient(w.shape(), geometry), gy) : null);
        }
    }

    /** gw from x and gy, shape {@code weights}. */
    record WeightGradient(Shape weights, ConvGeometry geometry) implements Convolution {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.conv2dWeightGradient(x.get(0), x.get(1), weights, geometry);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable c, Variable y, Inputs in) {
            Variable x = in.get(0);
            Variable gy = in.get(1);
            return Cotangents.of(
                    in.needs(0) ? gy.apply(new InputGradient(x.shape(), geometry), c) : null,
                    in.needs(1) ? x.apply(new Conv2d(geometry), c) : null);
        }
    }
}
