package org.hashgrad.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hashgrad.autograd.check.Domain;
import org.hashgrad.autograd.check.GradientCheck;
import org.hashgrad.autograd.op.CustomOp;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.TripletLogistic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(OnReference.class)
class FusedGradientTest {
    private record Case(FusedPrimitive primitive, Shape... inputs) {
        @Override
        public String toString() {
            return primitive + " " + List.of(inputs);
        }
    }

    static Stream<Case> cases() {
        Shape images = Shape.of(2, 3, 2, 2);
        Shape channels = Shape.of(3);
        Shape codes = Shape.of(4, 5);
        Shape pairs = Shape.of(4, 4);
        return Stream.of(
                new Case(new BiasActivation(Activation.IDENTITY), images, channels),
                new Case(new BiasActivation(Activation.RELU), images, channels),
                new Case(new BiasActivation(Activation.TANH), images, channels),
                new Case(new PairwiseLogistic(0.5), codes, codes, pairs, pairs),
                new Case(new PairwiseLogistic(0.5), codes, Shape.of(3, 5), Shape.of(4, 3), Shape.of(1, 1)),
                new Case(new TripletLogistic(0.5, 2), codes, Shape.of(6, 5), Shape.of(4, 6), Shape.of(4, 6)),
                new Case(new LogCoshToSign(), codes),
                new Case(new BatchNormalization(1e-5, Activation.IDENTITY), images, channels, channels),
                new Case(new BatchNormalization(1e-5, Activation.RELU), images, channels, channels),
                new Case(new LocalResponseNormalization(1, 0.3, 0.75, 2), images),
                new Case(new LogSoftmax(), codes));
    }

    private static double[] random(Shape shape, RandomKey key) {
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 4 * key.uniform(i) - 2;
        }
        return values;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theFusedGradientEqualsTheDifferentiatedComposite(Case fused, Backend backend) {
        FusedPrimitive primitive = fused.primitive;
        int differentiated = primitive.differentiableInputs();
        try (Pass pass = Pass.train(backend, RandomKey.of(2))) {
            List<Variable> inputs = new ArrayList<>();
            for (int i = 0; i < fused.inputs.length; i++) {
                Tensor value = backend.tensor(
                        fused.inputs[i], random(fused.inputs[i], RandomKey.of(3).split(i)));
                inputs.add(i < differentiated ? pass.input(value) : pass.constant(value));
            }
            Variable y = primitive.composite(pass, inputs).get(0);
            Variable gy = pass.constant(backend.tensor(y.shape(), random(y.shape(), RandomKey.of(4))));
            List<Tensor> arguments =
                    new ArrayList<>(inputs.stream().map(Variable::value).toList());
            arguments.add(y.value());
            arguments.add(gy.value());
            List<Variable> taped = pass.gradients(y.times(gy).sum(), inputs.subList(0, differentiated), Order.FIRST);
            for (int wanted = 1; wanted <= differentiated; wanted++) {
                List<Tensor> own = backend.composite(primitive.gradient(wanted).orElseThrow(), arguments);
                assertTrue(wanted <= own.size() && own.size() <= differentiated);
                for (int i = 0; i < own.size(); i++) {
                    assertArrayEquals(
                            taped.get(i).value().toDoubles(), own.get(i).toDoubles(), 1e-13, "gradient of input " + i);
                }
            }
        }
    }

    @Test
    void oneVariableAsBothCodesGetsTheSumOfBothGradients(Backend backend) {
        // κ (R + Rᵀ) U with R = w ∘ (σ(θ) − s), which is 2κRU for the symmetric s and w of the closed form.
        double[] s = {1, 0, 1, 0, 1, 0, 1, 0, 1};
        GradientCheck.of("pairwise with v = u", in -> in.get(0)
                        .pass()
                        .apply(
                                new Fused(new PairwiseLogistic(0.5)),
                                List.of(in.get(0), in.get(0), in.get(1), in.get(2)))
                        .sum())
                .input("u", Shape.of(3, 4), Domain.between(-2, 2))
                .constant("s", Shape.of(3, 3), s)
                .constant("w", Shape.of(3, 3), 1, 2, 3, 2, 1, 4, 3, 4, 1)
                .closedForm(a -> new double[][][] {symmetricGradient(0.5, a[0], a[1], a[2])})
                .run(backend)
                .assertPassed();
    }

    private static double[][] symmetricGradient(double kappa, double[][] u, double[][] s, double[][] w) {
        int n = u.length;
        double[][] gradient = new double[n][u[0].length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double theta = 0;
                for (int b = 0; b < u[0].length; b++) {
                    theta += kappa * u[i][b] * u[j][b];
                }
                double r = w[i][j] * (1 / (1 + Math.exp(-theta)) - s[i][j]);
                for (int b = 0; b < u[0].length; b++) {
                    gradient[i][b] += 2 * kappa * r * u[j][b];
                }
            }
        }
        return gradient;
    }

    /** A fused op that keeps what its vjp gave. */
    private record Watched(Fused op, List<@Nullable Variable> gradients) implements CustomOp {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return op.forward(backend, x);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            gradients.clear();
            gradients.addAll(op.vjp(gy, y, x));
            return gradients;
        }
    }

    @Test
    void theGradientOfAConstantBankIsNotComputed(Backend backend) {
        for (FusedPrimitive primitive : List.of(new PairwiseLogistic(0.5), new TripletLogistic(0.5, 2))) {
            try (Pass pass = Pass.train(backend, RandomKey.of(2))) {
                Tensor codes = backend.tensor(Shape.of(3, 2), random(Shape.of(3, 2), RandomKey.of(3)));
                Variable labels = pass.constant(backend.tensor(Shape.of(3, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1));
                Variable all = pass.fill(Shape.of(3, 3), 1);
                Variable u = pass.input(codes);
                Watched watched = new Watched(new Fused(primitive), new ArrayList<>());
                pass.gradients(
                        pass.apply(watched, List.of(u, pass.constant(codes), labels, all))
                                .sum(),
                        List.of(u),
                        Order.FIRST);
                assertTrue(watched.gradients.get(0) != null && watched.gradients.get(1) == null);
                pass.gradients(
                        pass.apply(watched, List.of(u, pass.input(codes), labels, all))
                                .sum(),
                        List.of(u),
                        Order.FIRST);
                assertTrue(watched.gradients.get(0) != null && watched.gradients.get(1) != null);
            }
        }
    }

    @Test
    void anInputBeyondTheDifferentiableOnesIsDifferentiatedThroughTheComposite(Backend backend) {
        GradientCheck.of("pairwise by its weights", in -> in.get(0)
                        .pass()
                        .apply(new Fused(new PairwiseLogistic(1)), in)
                        .sum())
                .input("u", Shape.of(3, 4), Domain.between(-2, 2))
                .constant("v", Shape.of(2, 4), Domain.between(-2, 2))
                .constant("s", Shape.of(3, 2), Domain.steps(0, 1, 1))
                .input("w", Shape.of(3, 2), Domain.between(0.5, 2))
                .run(backend)
                .assertPassed();
    }

    @Test
    void fusedPrimitivesComposeWithOpsAndWithEachOther(Backend backend) {
        GradientCheck.of("normalised hash layer", in -> {
                    Pass pass = in.get(0).pass();
                    Variable z = pass.apply(
                            new Fused(new BatchNormalization(1e-3, Activation.IDENTITY)),
                            List.of(in.get(0).matmul(in.get(1)), in.get(2), in.get(3)));
                    Variable codes = pass.apply(new Fused(new BiasActivation(Activation.TANH)), List.of(z, in.get(3)));
                    return codes.apply(new Fused(new LogCoshToSign())).square().sum();
                })
                .constant("x", Shape.of(5, 3), Domain.between(-1, 1))
                .input("w", Shape.of(3, 2), Domain.between(-1, 1))
                .input("gamma", Shape.of(2), Domain.between(0.5, 2))
                .input("beta", Shape.of(2), Domain.between(-1, 1))
                .seed(5)
                .run(backend)
                .assertPassed();
    }
}
