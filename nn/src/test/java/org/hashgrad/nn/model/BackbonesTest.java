package org.hashgrad.nn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackbonesTest {
    private final ShapesOnly backend = new ShapesOnly();

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(0, backend.liveBytes(), "live bytes after the test");
        backend.close();
    }

    private Shape output(Sequential net, Shape input) {
        try (Pass pass = Pass.evaluate(backend)) {
            return net.forward(pass, pass.constant(backend.fill(input, 1))).shape();
        }
    }

    @Test
    void caffeAlexNetWithAThousandOutputsHasItsKnownParameterCount() {
        try (Sequential net = AlexNet.caffe(Blueprint.blank(backend), HashLayer.linear(1000))) {
            assertEquals(60_965_224, net.parameterCount());
            assertEquals(16, net.state().size());
            assertEquals(Shape.of(256, 48, 5, 5), net.parameters().get(2).shape());
            assertEquals(Shape.of(1, 1000), output(net, Shape.of(1, 3, 227, 227)));
            assertEquals(Shape.of(1, 1000), output(net, Shape.of(1, 3, 224, 224)));
        }
    }

    @Test
    void torchvisionAlexNetWithAThousandOutputsHasItsKnownParameterCountAndNames() {
        try (Sequential net = AlexNet.torchvision(Blueprint.blank(backend), HashLayer.linear(1000))) {
            assertEquals(61_100_840, net.parameterCount());
            assertEquals(
                    List.of(
                            "features.0",
                            "features.3",
                            "features.6",
                            "features.8",
                            "features.10",
                            "classifier.1",
                            "classifier.4",
                            "hash"),
                    net.state().keySet().stream()
                            .filter(name -> name.endsWith(".weight"))
                            .map(name -> name.replace(".weight", ""))
                            .toList());
            assertEquals(Shape.of(1, 1000), output(net, Shape.of(1, 3, 224, 224)));
        }
    }

    @Test
    void cnnFHasTheParametersOfItsTable() {
        try (Sequential net = CnnF.of(Blueprint.blank(backend), HashLayer.tanh(48), 0)) {
            long convolutions = 64 * 363 + 64 + 256 * 1600 + 256 + 3 * (256 * 2304 + 256);
            long units = 9216L * 4096 + 4096 + 4096L * 4096 + 4096 + 4096 * 48 + 48;
            assertEquals(convolutions + units, net.parameterCount());
            assertEquals(Shape.of(1, 48), output(net, Shape.of(1, 3, 224, 224)));
        }
    }

    @Test
    void smallCnnHasTheSlotsOfTheDemoNetwork() {
        try (Sequential net = SmallCnn.of(Blueprint.blank(backend), 1, 28, 28, HashLayer.tanh(48))) {
            assertEquals(
                    List.of(
                            "conv1.weight(32, 1, 5, 5)",
                            "bn1.weight(32)",
                            "bn1.bias(32)",
                            "bn1.running_mean(32)",
                            "bn1.running_var(32)",
                            "conv2.weight(32, 32, 5, 5)",
                            "bn2.weight(32)",
                            "bn2.bias(32)",
                            "bn2.running_mean(32)",
                            "bn2.running_var(32)",
                            "conv3.weight(64, 32, 5, 5)",
                            "bn3.weight(64)",
                            "bn3.bias(64)",
                            "bn3.running_mean(64)",
                            "bn3.running_var(64)",
                            "fc1.weight(256, 576)",
                            "bn4.weight(256)",
                            "bn4.bias(256)",
                            "bn4.running_mean(256)",
                            "bn4.running_var(256)",
                            "hash.weight(48, 256)",
                            "hash.bias(48)"),
                    net.slots().stream().map(Object::toString).toList());
            assertEquals(238160, net.parameterCount());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 28, 33})
    void smallCnnTakesImagesOfAnySize(int extent) {
        try (Sequential net = SmallCnn.of(Blueprint.blank(backend), 3, extent, extent + 1, HashLayer.tanh(12))) {
            assertEquals(Shape.of(2, 12), output(net, Shape.of(2, 3, extent, extent + 1)));
        }
    }

    @Test
    void theHashLayersRatesReachItsParametersOnly() {
        try (Sequential net = SmallCnn.of(
                Blueprint.blank(backend), 1, 8, 8, HashLayer.linear(4).withRates(10, 20))) {
            for (Parameter p : net.parameters()) {
                double expected = p.name().equals("hash.weight") ? 10 : p.name().equals("hash.bias") ? 20 : 1;
                assertEquals(expected, p.rateMultiplier(), p.name());
                assertEquals(1, p.decayMultiplier(), p.name());
            }
        }
    }

    @Test
    void responseNormalizationHasEachFormsConstants() {
        try (Sequential alexNet = AlexNet.caffe(Blueprint.blank(backend), HashLayer.linear(8));
                Sequential cnnF = CnnF.of(Blueprint.blank(backend), HashLayer.linear(8), 0.5)) {
            double x = 300;
            assertEquals(
                    x * Math.pow(1 + 2e-5 * 3 * x * x, -0.75),
                    normalized(alexNet.modules().get(2), x),
                    1e-10);
            assertEquals(
                    x * Math.pow(2 + 1e-4 * 3 * x * x, -0.75),
                    normalized(cnnF.modules().get(1), x),
                    1e-10);
        }
    }

    /** The first of five equal channels, whose window holds three of them. */
    private static double normalized(Module layer, double x) {
        try (ReferenceBackend reference = new ReferenceBackend();
                Pass pass = Pass.evaluate(reference)) {
            return layer.forward(pass, pass.constant(reference.fill(Shape.of(1, 5), x)))
                    .value()
                    .toDoubles()[0];
        }
    }
}
