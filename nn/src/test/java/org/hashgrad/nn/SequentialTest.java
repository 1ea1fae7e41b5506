package org.hashgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;

class SequentialTest extends OnReference {
    private static final Shape IMAGES = Shape.of(2, 3, 6, 6);

    private static Sequential net(Blueprint at) {
        Initializer weights = Initializer.kaimingUniform();
        return new Sequential(
                new Dropout(0.5),
                new Conv2d(at.at("conv"), 3, 8, 3, ConvGeometry.of(1, 1), weights, weights(), Activation.RELU),
                new ResidualBlock(at.at("block"), 8, 8, 1),
                new Sequential(new Flatten(), new Dropout(0.5)),
                new Linear(at.at("hash").withMultipliers(10, 0), 8 * 36, 4, Initializer.xavierUniform()));
    }

    private static Initializer weights() {
        return Initializer.gaussian(0.1);
    }

    @Test
    void evaluationLeavesOnlyTheOutputBesideWhatWasThere() {
        try (Sequential net = net(root());
                Pass pass = Pass.evaluate(backend)) {
            Variable x = pass.constant(backend.tensor(IMAGES, drawn("x", IMAGES)));
            long before = backend.liveBytes();
            Variable y = net.forward(pass, x);
            assertEquals(before + 8L * y.shape().size(), backend.liveBytes());
        }
    }

    @Test
    void evaluationLeavesTheCallersInputAlive() {
        try (Sequential net = net(root());
                Pass pass = Pass.evaluate(backend)) {
            double[] values = drawn("x", IMAGES);
            Variable x = pass.constant(backend.tensor(IMAGES, values));
            double[] first = net.forward(pass, x).value().toDoubles();
            assertFalse(x.value().isClosed());
            assertArrayEquals(values, x.value().toDoubles());
            assertArrayEquals(first, net.forward(pass, x).value().toDoubles());
        }
    }

    @Test
    void modulesThatReturnTheirInputDoNotFreeIt() {
        Sequential identity = new Sequential(new Dropout(0.5), new Flatten(), new Sequential(), new Dropout(0.5));
        assertArrayEquals(new double[] {1, 2}, evaluated(identity, Shape.of(1, 2), 1, 2));
    }

    @Test
    void trainingKeepsWhatTheBackwardNeeds() {
        try (Sequential net = net(root());
                Pass pass = Pass.train(backend, KEY)) {
            Variable x = pass.constant(backend.tensor(IMAGES, drawn("x", IMAGES)));
            var gradients = pass.gradients(net.forward(pass, x).square().sum(), net.parameters());
            for (Parameter p : net.parameters()) {
                double norm = 0;
                for (double g : gradients.of(p).toDoubles()) {
                    norm += g * g;
                }
                assertFalse(norm == 0 || Double.isNaN(norm), p + " has gradient norm² " + norm);
            }
        }
    }

    @Test
    void stateListsEverySlotInOrderAndParametersOnlyTheTrained() {
        try (Sequential net = net(root())) {
            assertEquals(
                    List.of("conv.weight", "conv.bias", "block.conv1.weight"),
                    List.copyOf(net.state().keySet()).subList(0, 3));
            assertEquals(13, net.state().size());
            assertEquals(9, net.parameters().size());
            assertEquals(216 + 8 + 576 + 16 + 576 + 16 + 4 * 288, net.parameterCount());
        }
    }

    @Test
    void twoPartsOfOneNameAreRefused() {
        Initializer zero = Initializer.constant(0);
        try (Sequential net = new Sequential(new Linear(root(), 2, 2, zero), new Linear(root(), 2, 2, zero))) {
            var thrown = assertThrows(IllegalStateException.class, net::state);
            assertEquals(
                    "state: two slots are named weight; build each part at its own place, blueprint.at(name)",
                    thrown.getMessage());
        }
    }

    @Test
    void aCopyOnAnotherBackendHasEqualValuesFactorsAndOutputs() {
        try (ReferenceBackend other = new ReferenceBackend();
                Sequential net = net(root())) {
            slot(net, "block.bn1.running_mean").assign(drawn("mean", Shape.of(8)));
            try (Sequential copy = net.copyTo(other);
                    Pass pass = Pass.evaluate(other)) {
                assertEquals(
                        List.copyOf(net.state().keySet()),
                        List.copyOf(copy.state().keySet()));
                for (int i = 0; i < net.slots().size(); i++) {
                    assertNotSame(net.slots().get(i), copy.slots().get(i));
                    assertArrayEquals(
                            net.slots().get(i).value().toDoubles(),
                            copy.slots().get(i).value().toDoubles());
                }
                Parameter hash = copy.parameters().get(8);
                assertEquals(10, hash.rateMultiplier());
                assertEquals(0, hash.decayMultiplier());
                double[] x = drawn("x", IMAGES);
                assertArrayEquals(
                        evaluated(net, IMAGES, x),
                        copy.forward(pass, pass.constant(other.tensor(IMAGES, x)))
                                .value()
                                .toDoubles());
            }
            assertEquals(0, other.liveBytes());
        }
    }

    @Test
    void anF64CopyOfAnF32NetHasEqualValuesAndTheSameOutputsUpToRounding() {
        try (CpuBackend cpu = new CpuBackend(1);
                Sequential narrow = net(Blueprint.of(cpu, KEY))) {
            narrow.slots().forEach(slot -> slot.assign(drawn(slot.name(), slot.shape())));
            slot(narrow, "block.bn1.running_var").assign(1, 2, 3, 4, 5, 6, 7, 8);
            slot(narrow, "block.bn2.running_var").assign(8, 7, 6, 5, 4, 3, 2, 1);
            double[] x = drawn("x", IMAGES);
            try (Sequential wide = narrow.copyTo(backend);
                    Pass pass = Pass.evaluate(cpu)) {
                for (int i = 0; i < wide.slots().size(); i++) {
                    assertArrayEquals(
                            narrow.slots().get(i).value().toDoubles(),
                            wide.slots().get(i).value().toDoubles());
                }
                double[] exact = evaluated(wide, IMAGES, x);
                double largest = Arrays.stream(exact).map(Math::abs).max().orElse(0);
                double[] rounded = narrow.forward(pass, pass.constant(cpu.tensor(IMAGES, x)))
                        .value()
                        .toDoubles();
                assertArrayEquals(exact, rounded, 1e-5 * largest);
            }
        }
    }
}
