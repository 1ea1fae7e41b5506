package org.hashgrad.nn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.OnReference;
import org.hashgrad.nn.Sequential;
import org.hashgrad.nn.model.LabeledHashNetwork.Outputs;
import org.hashgrad.nn.model.SemanticNetwork.Hidden;
import org.hashgrad.nn.model.SemanticNetwork.Norm;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabeledHashNetworkTest extends OnReference {
    private static final Shape X = Shape.of(3, 4);
    private static final FeatureLayer LAYER = new FeatureLayer(6, Start.kaiming());

    private static LabeledHashNetwork network(Blueprint at, boolean neck) {
        Sequential backbone = SemanticNetwork.of(at, 4, Hidden.of(5), LAYER);
        return neck
                ? LabeledHashNetwork.of(at, LAYER, backbone, new Sequential(SemanticNetwork.responseNorm()), 2, 3)
                : LabeledHashNetwork.of(at, LAYER, backbone, 2, 3);
    }

    /** x wᵀ + b by loops. */
    private static double[] affine(Module net, String layer, double[] x) {
        double[] w = slot(net, layer + ".weight").value().toDoubles();
        double[] b = slot(net, layer + ".bias").value().toDoubles();
        int inputs = w.length / b.length;
        double[] y = new double[x.length / inputs * b.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = b[i % b.length];
            for (int k = 0; k < inputs; k++) {
                y[i] += w[i % b.length * inputs + k] * x[i / b.length * inputs + k];
            }
        }
        return y;
    }

    private static double[] relu(double[] x) {
        return Arrays.stream(x).map(v -> Math.max(0, v)).toArray();
    }

    /** y_c = x_c (2 + 10⁻⁴ Σ x²)^−¾ over the two units on either side. */
    private static double[] normalized(double[] x, int units) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double sum = 0;
            for (int c = i % units - 2; c <= i % units + 2; c++) {
                sum += c < 0 || c >= units ? 0 : Math.pow(x[i - i % units + c], 2);
            }
            y[i] = x[i] * Math.pow(2 + 1e-4 * sum, -0.75);
        }
        return y;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void featuresCodesAndLogitsAreTheLayersComposed(boolean neck) {
        double[] x = drawn("x", X);
        try (LabeledHashNetwork net = network(root(), neck)) {
            net.slots().forEach(slot -> slot.assign(drawn(slot.name(), slot.shape())));
            double[] features = relu(affine(net, "embedding", relu(affine(net, "fc1", x))));
            double[] shown = neck ? normalized(features, 6) : features;
            double[] codes =
                    Arrays.stream(affine(net, "hash", shown)).map(Math::tanh).toArray();
            double[] logits = affine(net, "labels", shown);
            double[] probabilities =
                    Arrays.stream(logits).map(u -> 1 / (1 + Math.exp(-u))).toArray();
            for (boolean training : new boolean[] {true, false}) {
                try (Pass pass = training ? Pass.train(backend, KEY) : Pass.evaluate(backend)) {
                    Variable input = pass.constant(backend.tensor(X, x));
                    Outputs outputs = net.outputs(pass, input);
                    assertArrayEquals(features, outputs.features().value().toDoubles(), 1e-12);
                    assertArrayEquals(codes, outputs.relaxedCodes().value().toDoubles(), 1e-12);
                    assertArrayEquals(logits, outputs.labelLogits().value().toDoubles(), 1e-12);
                    assertArrayEquals(codes, net.forward(pass, input).value().toDoubles(), 1e-12);
                    assertArrayEquals(
                            probabilities,
                            net.labelProbabilities(pass, input).value().toDoubles(),
                            1e-12);
                }
            }
        }
    }

    @Test
    void theHiddenLayerNormalizesAndDropsAsItSays() {
        double[] x = drawn("x", X);
        try (Sequential plain = SemanticNetwork.of(root(), 4, Hidden.of(5), LAYER);
                Sequential response = SemanticNetwork.of(root(), 4, new Hidden(5, Norm.RESPONSE, 0), LAYER);
                Sequential dropped = SemanticNetwork.of(root(), 4, new Hidden(5, Norm.NONE, 0.5), LAYER);
                Sequential batch = SemanticNetwork.of(root(), 4, new Hidden(5, Norm.BATCH, 0), LAYER)) {
            double[] hidden = relu(affine(plain, "fc1", x));
            assertArrayEquals(
                    relu(affine(response, "embedding", normalized(hidden, 5))), evaluated(response, X, x), 1e-12);
            assertArrayEquals(evaluated(plain, X, x), evaluated(dropped, X, x), 1e-12, "dropping is for training");
            assertFalse(Arrays.equals(evaluated(plain, X, x), trained(dropped, X, x)));
            assertEquals(
                    "fc1.weight bn1.weight bn1.bias bn1.running_mean bn1.running_var embedding.weight embedding.bias",
                    String.join(" ", batch.state().keySet()));
            assertFalse(Arrays.equals(evaluated(batch, X, x), trained(batch, X, x)));
        }
        assertEquals(
                "hidden layer: units is 0; need >= 1",
                assertThrows(IllegalArgumentException.class, () -> Hidden.of(0)).getMessage());
        assertEquals(
                "hidden layer: dropout is 1.0; need >= 0 and < 1",
                assertThrows(IllegalArgumentException.class, () -> new Hidden(5, Norm.NONE, 1))
                        .getMessage());
    }

    @Test
    void evaluationKeepsTheCodesAndNothingElse() {
        try (LabeledHashNetwork net = network(root(), true);
                Pass pass = Pass.evaluate(backend)) {
            Variable x = pass.constant(backend.tensor(X, drawn("x", X)));
            net.forward(pass, x);
            long before = backend.liveBytes();
            net.forward(pass, x);
            assertEquals(3 * 2 * 8, backend.liveBytes() - before);
        }
    }

    @Test
    void slotsAreTheBackbonesThenTheHeads() {
        try (LabeledHashNetwork net = network(root().at("text"), true)) {
            assertEquals(
                    "text.fc1.weight text.fc1.bias text.embedding.weight text.embedding.bias text.hash.weight text.hash.bias text.labels.weight text.labels.bias",
                    String.join(" ", net.state().keySet()));
            assertEquals(4 * 5 + 5 + 5 * 6 + 6 + 6 * 2 + 2 + 6 * 3 + 3, net.parameterCount());
        }
    }

    @Test
    void aCopyHasTheSameOutputs() {
        double[] x = drawn("x", X);
        try (ReferenceBackend other = new ReferenceBackend();
                LabeledHashNetwork net = network(root(), true);
                LabeledHashNetwork copy = net.copyTo(other);
                Pass pass = Pass.evaluate(other)) {
            assertArrayEquals(
                    evaluated(net, X, x),
                    copy.forward(pass, pass.constant(other.tensor(X, x)))
                            .value()
                            .toDoubles());
        }
    }

    @Test
    void noBitsOrNoClassesAreRefused() {
        try (Sequential backbone = SemanticNetwork.of(root(), 4, Hidden.of(5), LAYER)) {
            assertEquals(
                    "labeled hash network: need bits and classes >= 1, got bits 2 and classes 0",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> LabeledHashNetwork.of(root(), LAYER, backbone, 2, 0))
                            .getMessage());
        }
        assertEquals(
                "feature layer: units must be >= 1, got 0",
                assertThrows(IllegalArgumentException.class, () -> new FeatureLayer(0, Start.kaiming()))
                        .getMessage());
    }

    @Test
    void thePapersStartIsGaussianInWeightsAndBiases() {
        FeatureLayer layer = new FeatureLayer(50, Start.gaussian());
        try (LabeledHashNetwork net =
                LabeledHashNetwork.of(root(), layer, SemanticNetwork.of(root(), 40, Hidden.of(50), layer), 64, 40)) {
            for (String name : new String[] {"fc1", "embedding", "hash", "labels"}) {
                for (String part : new String[] {".weight", ".bias"}) {
                    double[] values = slot(net, name + part).value().toDoubles();
                    double variance = Arrays.stream(values).map(v -> v * v).sum() / values.length;
                    assertEquals(1, variance / 1e-4, 4 * Math.sqrt(2.0 / values.length), name + part);
                }
            }
        }
    }
}
