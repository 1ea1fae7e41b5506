package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Slot;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A machine of four visible and three hidden units, all of whose states can be gone through. */
class BoltzmannMachineTest {
    private static final int VISIBLE = 4;
    private static final int HIDDEN = 3;
    private static final double[][] DATA = {{1, 1, 0, 0}, {1, 0, 0, 0}, {1, 1, 0, 1}, {0, 0, 1, 1}, {1, 1, 0, 0}};

    private final Backend backend = new ReferenceBackend();
    private Linear layer = layer(backend);

    private static Linear layer(Backend backend) {
        return new Linear(
                Blueprint.of(backend, RandomKey.of(4)).at("fc"),
                VISIBLE,
                HIDDEN,
                Initializer.gaussian(0.5),
                Initializer.gaussian(0.1),
                Activation.RELU);
    }

    @BeforeEach
    void freshLayer() {
        layer.close();
        layer = layer(backend);
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        layer.close();
        assertEquals(0, backend.liveBytes());
    }

    // ------------------------------------------------------------------ by enumeration

    /** Parameters on the host: W (hidden, visible), b, a. */
    private record Parameters(double[] w, double[] b, double[] a) {
        Parameters moved(int which, int element, double by) {
            double[][] all = {w.clone(), b.clone(), a.clone()};
            all[which][element] += by;
            return new Parameters(all[0], all[1], all[2]);
        }

        /** c·this + d·other. */
        Parameters combined(double c, Parameters other, double d) {
            return new Parameters(combined(c, w, d, other.w), combined(c, b, d, other.b), combined(c, a, d, other.a));
        }

        private static double[] combined(double c, double[] x, double d, double[] y) {
            double[] sum = new double[x.length];
            Arrays.setAll(sum, i -> c * x[i] + d * y[i]);
            return sum;
        }
    }

    private Parameters parameters(BoltzmannMachine machine) {
        List<Slot> slots = layer.slots();
        return new Parameters(
                slots.get(0).value().toDoubles(),
                slots.get(1).value().toDoubles(),
                machine.visibleBias().value().toDoubles());
    }

    private static double[] bits(int state, int count) {
        double[] bits = new double[count];
        Arrays.setAll(bits, i -> state >> i & 1);
        return bits;
    }

    private static double energy(Parameters p, double[] v, double[] h) {
        double energy = 0;
        for (int j = 0; j < HIDDEN; j++) {
            energy -= p.b[j] * h[j];
            for (int i = 0; i < VISIBLE; i++) {
                energy -= h[j] * p.w[j * VISIBLE + i] * v[i];
            }
        }
        for (int i = 0; i < VISIBLE; i++) {
            energy -= p.a[i] * v[i];
        }
        return energy;
    }

    /** Σ_h e^(−E(v, h)) over all hidden states. */
    private static double weight(Parameters p, double[] v) {
        double sum = 0;
        for (int h = 0; h < 1 << HIDDEN; h++) {
            sum += Math.exp(-energy(p, v, bits(h, HIDDEN)));
        }
        return sum;
    }

    /** The mean of log P(v) of the data. */
    private static double logLikelihood(Parameters p) {
        double all = 0;
        for (int v = 0; v < 1 << VISIBLE; v++) {
            all += weight(p, bits(v, VISIBLE));
        }
        double mean = 0;
        for (double[] v : DATA) {
            mean += Math.log(weight(p, v) / all) / DATA.length;
        }
        return mean;
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Σ_v P(v) h(v) vᵀ of given visible states, h from the machine; W's shape. */
    private double[] products(BoltzmannMachine machine, double[][] states, double[] probabilities) {
        double[] products = new double[HIDDEN * VISIBLE];
        Scope scope = backend.openScope();
        double[] hidden = machine.hidden(backend.tensor(Shape.of(states.length, VISIBLE), flat(states)))
                .toDoubles();
        scope.close();
        for (int s = 0; s < states.length; s++) {
            for (int at = 0; at < products.length; at++) {
                products[at] += probabilities[s] * hidden[s * HIDDEN + at / VISIBLE] * states[s][at % VISIBLE];
            }
        }
        return products;
    }

    @Test
    void gradientOfTheLikelihoodIsThatOfTheDataWithoutThatOfTheModel() {
        try (BoltzmannMachine machine = new BoltzmannMachine(layer)) {
            machine.visibleBias().assign(0.3, -0.2, 0.1, 0.4);
            Parameters p = parameters(machine);
            double[][] states = new double[1 << VISIBLE][];
            Arrays.setAll(states, s -> bits(s, VISIBLE));
            double[] model =
                    Arrays.stream(states).mapToDouble(v -> weight(p, v)).toArray();
            double all = Arrays.stream(model).sum();
            double[] ofModel = products(
                    machine, states, Arrays.stream(model).map(x -> x / all).toArray());
            double[] each = new double[DATA.length];
            Arrays.fill(each, 1.0 / DATA.length);
            double[] ofData = products(machine, DATA, each);
            double step = 1e-5;
            for (int at = 0; at < HIDDEN * VISIBLE; at++) {
                double slope =
                        (logLikelihood(p.moved(0, at, step)) - logLikelihood(p.moved(0, at, -step))) / (2 * step);
                assertEquals(slope, ofData[at] - ofModel[at], 1e-9, "weight " + at);
            }
        }
    }

    /** Two steps of different momenta against plain loops with the same drawn units. */
    @Test
    void stepsAreThoseOfTheFormula() {
        double rate = 0.1;
        double decay = 0.01;
        try (BoltzmannMachine machine = new BoltzmannMachine(layer);
                Tensor v = backend.tensor(Shape.of(DATA.length, VISIBLE), flat(DATA))) {
            Parameters velocity = new Parameters(new double[HIDDEN * VISIBLE], new double[HIDDEN], new double[VISIBLE]);
            Parameters p = parameters(machine);
            for (int step = 0; step < 3; step++) {
                RandomKey key = RandomKey.of(11).split(step);
                double momentum = step < 2 ? 0.5 : 0.9;
                Slope slope = slope(p, key, decay);
                Parameters before = velocity;
                velocity = velocity.combined(momentum, slope.of, 1);
                p = p.combined(1, velocity, rate);
                assertEquals(slope.error, machine.step(v, rate, momentum, decay, key), 1e-12);
                Parameters moved = parameters(machine);
                assertArrayEquals(p.w, moved.w, 1e-12, "step " + step);
                assertArrayEquals(p.b, moved.b, 1e-12, "step " + step);
                assertArrayEquals(p.a, moved.a, 1e-12, "step " + step);
                assertTrue(step == 0 || norm(before.w) > 1e-3, "there is a velocity to keep");
            }
        }
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    }

    /** Where a step goes before momentum, and the error of what is given back. */
    private record Slope(Parameters of, double error) {}

    private static Slope slope(Parameters p, RandomKey key, double decay) {
        int n = DATA.length;
        double[] w = Arrays.stream(p.w).map(x -> -decay * x).toArray();
        double[] b = new double[HIDDEN];
        double[] a = new double[VISIBLE];
        double error = 0;
        for (int s = 0; s < n; s++) {
            double[] h0 = new double[HIDDEN];
            double[] v1 = new double[VISIBLE];
            for (int j = 0; j < HIDDEN; j++) {
                h0[j] = hidden(p, DATA[s], j);
            }
            for (int i = 0; i < VISIBLE; i++) {
                double sum = p.a[i];
                for (int j = 0; j < HIDDEN; j++) {
                    sum += key.uniform((long) s * HIDDEN + j) < h0[j] ? p.w[j * VISIBLE + i] : 0;
                }
                v1[i] = 1 / (1 + Math.exp(-sum));
                error += (DATA[s][i] - v1[i]) * (DATA[s][i] - v1[i]) / n / VISIBLE;
                a[i] += (DATA[s][i] - v1[i]) / n;
            }
            for (int j = 0; j < HIDDEN; j++) {
                double h1 = hidden(p, v1, j);
                b[j] += (h0[j] - h1) / n;
                for (int i = 0; i < VISIBLE; i++) {
                    w[j * VISIBLE + i] += (h0[j] * DATA[s][i] - h1 * v1[i]) / n;
                }
            }
        }
        return new Slope(new Parameters(w, b, a), error);
    }

    private static double hidden(Parameters p, double[] v, int j) {
        double sum = p.b[j];
        for (int i = 0; i < VISIBLE; i++) {
            sum += p.w[j * VISIBLE + i] * v[i];
        }
        return 1 / (1 + Math.exp(-sum));
    }

    @Test
    void contrastiveDivergenceRaisesTheExactLikelihood() {
        try (BoltzmannMachine machine = new BoltzmannMachine(layer);
                Tensor v = backend.tensor(Shape.of(DATA.length, VISIBLE), flat(DATA))) {
            double before = logLikelihood(parameters(machine));
            for (int step = 0; step < 400; step++) {
                machine.step(v, 0.05, 0.5, 0, RandomKey.of(3).split(step));
            }
            double after = logLikelihood(parameters(machine));
            assertTrue(after > before + 0.5, before + " → " + after);
        }
    }

    @Test
    void unitsAreDrawnAsOftenAsTheyShould() {
        int n = 20000;
        Scope scope = backend.openScope();
        try (BoltzmannMachine machine = new BoltzmannMachine(layer)) {
            Tensor p = backend.tensor(Shape.of(n, 3), elements -> {
                for (int at = 0; at < 3 * n; at++) {
                    elements.set(at, at % 3 == 0 ? 0 : at % 3 == 1 ? 0.3 : 1);
                }
            });
            double[] sums = new double[3];
            double[] units = machine.sampled(p, RandomKey.of(2)).toDoubles();
            for (int at = 0; at < units.length; at++) {
                assertTrue(units[at] == 0 || units[at] == 1, "a unit is 0 or 1");
                sums[at % 3] += units[at];
            }
            assertEquals(0, sums[0]);
            assertEquals(0.3 * n, sums[1], 4 * Math.sqrt(0.21 * n));
            assertEquals(n, sums[2]);
        } finally {
            scope.close();
        }
    }

    // ------------------------------------------------------------------ layers one after the other

    private static float[] rows() {
        float[] rows = new float[60 * VISIBLE];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) DATA[i / VISIBLE % DATA.length][i % VISIBLE];
        }
        return rows;
    }

    private static List<Double> errors(Linear... layers) {
        List<Double> errors = new ArrayList<>();
        new BoltzmannPretraining(40, 0.1, 2e-4, 10)
                .run(List.of(layers), rows(), RandomKey.of(9), (layer, error) -> errors.add(error));
        return errors;
    }

    @Test
    void everyLayerLearnsWhatComesToItAndRunsRepeat() {
        try (Backend cpu = new CpuBackend(2)) {
            Linear second = new Linear(
                    Blueprint.of(backend, RandomKey.of(4)).at("fc2"),
                    HIDDEN,
                    5,
                    Initializer.gaussian(0.5),
                    Initializer.gaussian(0.1),
                    Activation.RELU);
            try (second;
                    Linear firstOnCpu = layer.copyTo(cpu);
                    Linear secondOnCpu = second.copyTo(cpu)) {
                List<Double> errors = errors(layer, second);
                double[] once = second.slots().get(0).value().toDoubles();
                assertEquals(80, errors.size());
                assertTrue(errors.get(39) < 0.6 * errors.get(0), errors::toString);
                assertEquals(errors, errors(layer, second));
                assertArrayEquals(once, second.slots().get(0).value().toDoubles());
                errors(firstOnCpu, secondOnCpu);
                assertArrayEquals(once, secondOnCpu.slots().get(0).value().toDoubles(), 1e-3);
            }
            assertEquals(0, cpu.liveBytes());
        }
    }

    @Test
    void momentumIsThatOfTheFirstHalfAndThenThatOfTheSecond() {
        int epochs = 5;
        int batch = 10;
        RandomKey key = RandomKey.of(9);
        float[] rows = rows();
        new BoltzmannPretraining(epochs, 0.1, 2e-4, batch).run(List.of(layer), rows, key, (l, e) -> {});
        double[] found = layer.slots().get(0).value().toDoubles();
        RandomKey own = key.split(0);
        try (BoltzmannMachine machine = new BoltzmannMachine(layer)) {
            machine.initialise(rows, own.split("weights"));
            int batches = rows.length / VISIBLE / batch;
            for (int epoch = 0; epoch < epochs; epoch++) {
                int[] order = own.split("order").split(epoch).permutation(batches * batch);
                for (int b = 0; b < batches; b++) {
                    double[] some = new double[batch * VISIBLE];
                    for (int at = 0; at < some.length; at++) {
                        some[at] = rows[order[b * batch + at / VISIBLE] * VISIBLE + at % VISIBLE];
                    }
                    RandomKey drawn = own.split("units").split((long) epoch * batches + b);
                    try (Tensor v = backend.tensor(Shape.of(batch, VISIBLE), some)) {
                        machine.step(v, 0.1, epoch <= 2 ? 0.5 : 0.9, 2e-4, drawn);
                    }
                }
            }
        }
        assertArrayEquals(layer.slots().get(0).value().toDoubles(), found);
    }

    @Test
    void valuesThatFillNoRowsOfALayerAreRefused() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> new BoltzmannPretraining(1, 0.1, 0, 1)
                .run(List.of(layer), new float[3 * VISIBLE + 1], RandomKey.of(1), (l, e) -> {}));
        assertEquals(
                "boltzmann pretraining: layer fc: got 13 values; need rows of 4, as wide as its input",
                thrown.getMessage());
    }

    @Test
    void whatWasMadeIsFreedWhenTheRestCannotBe() {
        long before = backend.liveBytes();
        var thrown = assertThrows(
                IllegalStateException.class,
                () -> Blueprint.of(backend, RandomKey.of(1)).at("net").build(at -> {
                    at.at("inner").build(in -> in.parameter("weight", Shape.of(2, 2), Initializer.gaussian(1)));
                    at.at("outer").withMultipliers(2, 0).buffer("mean", Shape.of(3), Initializer.constant(0));
                    throw new IllegalStateException("broken");
                }));
        assertEquals("broken", thrown.getMessage());
        assertEquals(before, backend.liveBytes());
    }

    @Test
    void whatIsNoProbabilityIsRefused() {
        float[] rows = rows();
        rows[5] = 1.5f;
        BoltzmannPretraining pretraining = new BoltzmannPretraining(1, 0.1, 0, 8);
        assertEquals(
                "boltzmann pretraining: value 5 is 1.5; need probabilities in [0, 1], such as a bag of words of 0 and 1",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> pretraining.run(List.of(layer), rows, RandomKey.of(1), (l, e) -> {}))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new BoltzmannPretraining(-1, 0.1, 0, 1));
    }
}
