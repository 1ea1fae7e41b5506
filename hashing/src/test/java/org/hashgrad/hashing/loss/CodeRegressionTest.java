package org.hashgrad.hashing.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;

class CodeRegressionTest {
    /** μ = ½, λ = 1, F = tanh U; P and B after one round, in columns. */
    @Test
    void weighedTowardsPAndBItHasTheGoldenGradientOfEddhsNetwork() {
        double[] f =
                Arrays.stream(flat(Golden.matrix("U"), false)).map(Math::tanh).toArray();
        double[] p = flat(Golden.matrix("EDDH.P"), true);
        double[] b = flat(Golden.matrix("EDDH.B2"), true);
        CodeRegression distance = new CodeRegression(Reduction.SUM);
        try (Backend backend = new ReferenceBackend()) {
            try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
                Variable u = pass.input(backend.tensor(Shape.of(4, 3), f));
                Variable loss = distance.of(u, pass.constant(backend.tensor(Shape.of(4, 3), p)))
                        .times(0.5)
                        .plus(distance.of(u, pass.constant(backend.tensor(Shape.of(4, 3), b))));
                double[] gradient = pass.gradients(loss, List.of(u), Order.FIRST)
                        .get(0)
                        .value()
                        .toDoubles();
                assertArrayEquals(flat(Golden.matrix("EDDH.dF"), true), gradient, 1e-12);
            }
            assertEquals(0, backend.liveBytes());
        }
    }

    private static double[] flat(double[][] x, boolean transposed) {
        int rows = transposed ? x[0].length : x.length;
        int columns = transposed ? x.length : x[0].length;
        double[] flat = new double[rows * columns];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = transposed ? x[i % columns][i / columns] : x[i / columns][i % columns];
        }
        return flat;
    }
}
