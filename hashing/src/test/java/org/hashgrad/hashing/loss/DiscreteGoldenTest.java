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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Losses of the methods with discrete codes, against golden values. */
class DiscreteGoldenTest {
    private static final double[][] U = Golden.matrix("U");
    private static final double[][] S = Golden.matrix("S");

    private final Backend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private static Variable constant(Pass pass, double[][] rows) {
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return pass.constant(pass.backend().tensor(Shape.of(rows.length, 3), flat));
    }

    /** Queries 0 and 2, u = tanh of their rows of U, γ = 2, s = ±1, v = sgn M(4, 3, 0.3, 1). */
    @Test
    void gradientOfAdshBeforeTheTanhHeadIsTheGoldenOne() {
        double[][] z = {U[0], U[2]};
        double[][] v = Golden.matrix("ADSH.V0");
        double[][] expected = Golden.matrix("ADSH.dz");
        AdshLoss loss = AdshLoss.paper(2);
        double[][] own = {v[0], v[2]};
        double[][] s = {S[0], S[2]};
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            Variable x = pass.input(constant(pass, z).value());
            Variable value = loss.of(x.tanh(), constant(pass, v), Pairs.of(s, false), constant(pass, own));
            double[] gradient = pass.gradients(value, List.of(x), Order.FIRST)
                    .get(0)
                    .value()
                    .toDoubles();
            assertArrayEquals(expected[0], Arrays.copyOfRange(gradient, 0, 3), 1e-12);
            assertArrayEquals(expected[1], Arrays.copyOfRange(gradient, 3, 6), 1e-12);
        }
        double[][] u = new double[2][3];
        for (int i = 0; i < 2; i++) {
            int row = i;
            Arrays.setAll(u[i], b -> Math.tanh(z[row][b]));
        }
        double[][] closed = loss.gradient(u, v, s, own)[0];
        for (int i = 0; i < 2; i++) {
            for (int b = 0; b < 3; b++) {
                assertEquals(expected[i][b], closed[i][b] * (1 - u[i][b] * u[i][b]), 1e-12, i + ", " + b);
            }
        }
    }

    /** With the codes at sgn u, the objective is that of DPSH, whose golden value has η = 10 and all 16 ordered pairs. */
    @Test
    void dsdhWithTheSignsAsCodesIsDpsh() {
        double[][] signs = new double[4][3];
        for (int i = 0; i < 4; i++) {
            int row = i;
            Arrays.setAll(signs[i], b -> U[row][b] < 0 ? -1 : 1);
        }
        DsdhLoss loss = DsdhLoss.paper(10);
        double[][] closed = loss.gradient(U, S, signs)[0];
        double[][] expected = Golden.matrix("DPSH.dU_eta10");
        try (Pass pass = Pass.train(backend, RandomKey.of(0))) {
            Variable u = constant(pass, U);
            Variable value = loss.of(u, u, Pairs.of(S, true), constant(pass, signs));
            assertEquals(Golden.number("DPSH.J_eta10"), value.value().item(), 1e-12);
        }
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(expected[i], closed[i], 1e-12);
        }
    }

    /** The paper's gradient in one row sums over (i, j) and (j, i); a bank of all rows gives it only with both orders. */
    @Test
    void bothOrdersOfABankGiveThePapersGradientOfARow() {
        double[][] codes = Golden.matrix("ADSH.V0");
        double[][] whole = DsdhLoss.paper(55).gradient(U, S, codes)[0];
        double[][] row = DsdhLoss.paper(55)
                .gradient(new double[][] {U[1]}, U, new double[][] {S[1]}, new double[][] {codes[1]})[0];
        assertArrayEquals(whole[1], row[0], 1e-12);
    }
}
