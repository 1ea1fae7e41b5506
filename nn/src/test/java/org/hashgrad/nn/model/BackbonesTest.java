package org.hashgrad.nn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.MultiScaleFusion;
import org.hashgrad.nn.Sequential;
import org.hashgrad.nn.model.SemanticNetwork.Hidden;
import org.hashgrad.nn.model.SemanticNetwork.Norm;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
    void vgg16WithAThousandOutputsHasItsKnownParameterCountAndNames() {
        try (Sequential net = Vgg16.of(Blueprint.blank(backend), HashLayer.linear(1000), 0.5)) {
            assertEquals(138_357_544, net.parameterCount());
            assertEquals(
                    "features.0 features.2 features.5 features.7 features.10 features.12 features.14 features.17 features.19"
                            + " features.21 features.24 features.26 features.28 classifier.0 classifier.3 hash",
                    net.state().keySet().stream()
                            .filter(name -> name.endsWith(".weight"))
                            .map(name -> name.replace(".weight", ""))
                            .collect(Collectors.joining(" ")));
            assertEquals(Shape.of(1, 1000), output(net, Shape.of(1, 3, 224, 224)));
        }
    }

    @Test
    void theResidualNetworkOfTenLayersHasTheParametersOfItsTable() {
        try (Sequential net = ResNet10.of(Blueprint.blank(backend), HashLayer.tanh(48))) {
            long[] table = {
                9_536, 36_992, 36_992, 73_984, 147_712, 295_424, 590_336, 1_180_672, 2_101_248, 4096 * 48 + 48
            };
            String[] rows = {
                "conv1 bn1",
                "layer1.0.conv1 layer1.0.bn1",
                "layer1.0.conv2 layer1.0.bn2",
                "layer2.0.conv1 layer2.0.bn1",
                "layer2.0.conv2 layer2.0.bn2",
                "layer3.0.conv1 layer3.0.bn1",
                "layer3.0.conv2 layer3.0.bn2",
                "layer4.0.conv1 layer4.0.bn1",
                "fc1",
                "hash"
            };
            for (int i = 0; i < rows.length; i++) {
                List<String> layers = List.of(rows[i].split(" "));
                assertEquals(table[i], parameters(net, layers), rows[i]);
            }
            assertEquals(
                    41_728,
                    parameters(
                            net,
                            List.of(
                                    "layer2.0.downsample.0",
                                    "layer2.0.downsample.1",
                                    "layer3.0.downsample.0",
                                    "layer3.0.downsample.1")));
            assertEquals(Arrays.stream(table).sum() + 41_728, net.parameterCount());
            assertEquals(Shape.of(2, 48), output(net, Shape.of(2, 3, 224, 224)));
        }
    }

    private static long parameters(Sequential net, List<String> layers) {
        return net.parameters().stream()
                .filter(p -> layers.contains(p.name().substring(0, p.name().lastIndexOf('.'))))
                .mapToLong(p -> p.shape().size())
                .sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 28, 32, 33})
    void theSmallResidualNetworkTakesImagesOfAnySize(int extent) {
        try (Sequential net =
                ResNet10.small(Blueprint.blank(backend), 3, extent, extent + 1, 16, 256, HashLayer.tanh(12))) {
            assertEquals(Shape.of(2, 12), output(net, Shape.of(2, 3, extent, extent + 1)));
            assertEquals(256 * 12 + 12, parameters(net, List.of("hash")));
        }
    }

    @Test
    void theLabelAndTextNetworksAndDiscriminatorsHaveThePapersSizes() {
        FeatureLayer features = new FeatureLayer(512, Start.gaussian());
        Hidden hidden = new Hidden(4096, Norm.RESPONSE, 0);
        try (Sequential labels = SemanticNetwork.of(Blueprint.blank(backend), 24, hidden, features);
                Sequential text = SemanticNetwork.ofText(
                        Blueprint.blank(backend), 1386, MultiScaleFusion.Form.published(), hidden, features);
                Sequential paper =
                        SemanticNetwork.discriminator(Blueprint.blank(backend), 512, Start.gaussian(), 4096, 4096);
                Sequential code =
                        SemanticNetwork.discriminator(Blueprint.blank(backend), 512, Start.gaussian(), 512, 256)) {
            long embedding = 4096 * 512 + 512;
            assertEquals(24 * 4096 + 4096 + embedding, labels.parameterCount());
            assertEquals(5 + 6L * 1386 * 4096 + 4096 + embedding, text.parameterCount());
            assertEquals(512 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 + 1, paper.parameterCount());
            assertEquals(512 * 512 + 512 + 512 * 256 + 256 + 256 + 1, code.parameterCount());
            assertEquals(Shape.of(7, 512), output(labels, Shape.of(7, 24)));
            assertEquals(Shape.of(7, 512), output(text, Shape.of(7, 1386)));
            assertEquals(Shape.of(7, 1), output(paper, Shape.of(7, 512)));
            assertEquals(Shape.of(7, 1), output(code, Shape.of(7, 512)));
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void everyArchitectureEndsInTheFeaturesThatItIsAskedForAndRefusesOtherSamples(Architecture architecture) {
        FeatureLayer features = new FeatureLayer(512, Start.kaiming());
        Blueprint at = Blueprint.blank(backend);
        Shape small = Shape.of(3, 32, 32);
        Shape large = Shape.of(3, 224, 224);
        Shape sample = architecture.takes(small) ? small : large;
        try (Sequential net = architecture.endingIn(at, sample, features)) {
            assertEquals(Shape.of(1, 512), output(net, Shape.of(1, 3, sample.dim(1), sample.dim(2))));
        }
        for (Shape other : List.of(Shape.of(10), Shape.of(3, 224, 225))) {
            if (!architecture.takes(other)) {
                String refusal = assertThrows(
                                IllegalArgumentException.class, () -> architecture.endingIn(at, other, features))
                        .getMessage();
                assertEquals(
                        architecture.word() + " takes " + architecture.takes() + "; got samples " + other, refusal);
            }
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
