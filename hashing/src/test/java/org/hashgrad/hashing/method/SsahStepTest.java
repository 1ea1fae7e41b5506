package org.hashgrad.hashing.method;

import static org.hashgrad.hashing.method.StepPairs.BATCH;
import static org.hashgrad.hashing.method.StepPairs.BITS;
import static org.hashgrad.hashing.method.StepPairs.CLASSES;
import static org.hashgrad.hashing.method.StepPairs.IMAGES;
import static org.hashgrad.hashing.method.StepPairs.ITEMS;
import static org.hashgrad.hashing.method.StepPairs.LABELS;
import static org.hashgrad.hashing.method.StepPairs.TEXTS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.hashgrad.hashing.loss.AdversaryLoss;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.method.SsahObjective.Pair;
import org.hashgrad.hashing.method.SsahObjective.Target;
import org.hashgrad.nn.Interpolation;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.nn.model.SemanticNetwork.Hidden;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One step of each network of SSAH at rate 1 is its gradient, which plain loops give too. */
class SsahStepTest {
    private static final int FEATURES = 5;
    private static final double ALPHA = 0.7;
    private static final double GAMMA = 1.3;
    private static final double ETA = 0.4;
    private static final double BETA = 0.6;
    private static final double LAMBDA = 0.9;

    private final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(0, backend.liveBytes(), "live bytes after the test");
        backend.close();
    }

    /** Only the network named {@code moving} has a rate of 1. */
    private static Ssah method(SsahObjective loss, Ssah.Anchor anchor, Ssah.Adversary adversary, String moving) {
        return method(loss, anchor, adversary, moving, 1);
    }

    private static Ssah method(
            SsahObjective loss, Ssah.Anchor anchor, Ssah.Adversary adversary, String moving, double rate) {
        return new Ssah(
                loss,
                anchor,
                Ssah.Order.GENERATORS_FIRST,
                SsahPasses.once(),
                FEATURES,
                Ssah.Beginning.KAIMING,
                new Ssah.Label(Hidden.of(6), StepPairs.moving(moving.equals("label"), rate)),
                new Ssah.Image(Architecture.LINEAR, 0, StepPairs.moving(moving.equals("image"), rate)),
                new Ssah.Text(
                        "",
                        1,
                        Interpolation.NEAREST,
                        Hidden.of(6),
                        false,
                        0,
                        StepPairs.moving(moving.equals("text"), rate)),
                adversary);
    }

    private static Ssah.Adversary adversary(double weight, AdversaryLoss.Form form, boolean reaches, String moving) {
        return new Ssah.Adversary(weight, form, reaches, 4, 3, StepPairs.moving(moving.equals("adversary")));
    }

    private SingleStep step(Ssah method) {
        return StepPairs.step(backend, method, 1);
    }

    // ------------------------------------------------------------------ plain loops

    /** A network of SSAH in plain loops. */
    private static final class Naive {
        private final NaiveLayers backbone;
        private final NaiveLayers hash;
        private final NaiveLayers labels;

        Naive(Map<String, double[]> values, String name, boolean hidden) {
            backbone = hidden
                    ? new NaiveLayers(values, true, name + ".fc1", name + ".embedding")
                    : new NaiveLayers(values, true, name + ".embedding");
            hash = new NaiveLayers(values, false, name + ".hash");
            labels = new NaiveLayers(values, false, name + ".labels");
        }

        double[][] features(double[][] x) {
            return backbone.forward(x);
        }

        double[][] codes(double[][] features) {
            return map(hash.forward(features), Math::tanh);
        }
    }

    private static double[][] map(double[][] x, java.util.function.DoubleUnaryOperator f) {
        return Arrays.stream(x).map(row -> Arrays.stream(row).map(f).toArray()).toArray(double[][]::new);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** Slope of the pair term by the rows u, which are those items; v holds all items. */
    private static double[][] pairSlope(SsahObjective loss, double[][] u, double[][] v, int... items) {
        double unit = loss.reduction() == Reduction.SUM ? 1 : 1.0 / (u.length * v.length);
        double[][] slope = new double[u.length][u[0].length];
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < v.length; j++) {
                double s = StepPairs.similar(items[i], j);
                double dot = 0;
                double uu = 0;
                double vv = 0;
                for (int b = 0; b < u[i].length; b++) {
                    dot += u[i][b] * v[j][b];
                    uu += u[i][b] * u[i][b];
                    vv += v[j][b] * v[j][b];
                }
                double norms = Math.sqrt(uu) * Math.sqrt(vv);
                double theta = loss.pair() == Pair.COSINE ? BITS / 2.0 * dot / norms : 0.5 * dot;
                double byTheta = loss.pair() == Pair.SQUARED
                        ? (0.999 * s * theta - Math.log1p(Math.exp(theta))) * (0.999 * s - sigmoid(theta))
                        : sigmoid(theta) - s;
                for (int b = 0; b < u[i].length; b++) {
                    double thetaByU = loss.pair() == Pair.COSINE
                            ? BITS / 2.0 * (v[j][b] / norms - dot / norms * u[i][b] / uu)
                            : 0.5 * v[j][b];
                    slope[i][b] += unit * byTheta * thetaByU;
                }
            }
        }
        return slope;
    }

    private static final Map<String, double[][]> INPUTS = Map.of("label", LABELS, "image", IMAGES, "text", TEXTS);

    /** Stored features and codes of each network, and the sums that B has the signs of. */
    private record Stored(Map<String, double[][]> f, Map<String, double[][]> h, double[][] sums) {
        static Stored outputs(Map<String, double[]> values) {
            Stored stored = new Stored(new LinkedHashMap<>(), new LinkedHashMap<>(), new double[ITEMS][BITS]);
            for (String name : List.of("label", "image", "text")) {
                if (values.containsKey(name + ".hash.bias")) {
                    stored.f.put(name, new double[ITEMS][]);
                    stored.h.put(name, new double[ITEMS][]);
                    stored.refresh(values, name, IntStream.range(0, ITEMS).toArray());
                    add(stored.sums, of(stored.h, name));
                }
            }
            return stored;
        }

        /** What the network gives now, at some rows. */
        void refresh(Map<String, double[]> values, String name, int... rows) {
            Naive network = new Naive(values, name, !name.equals("image"));
            double[][] features = network.features(StepPairs.rows(of(INPUTS, name), rows));
            double[][] codes = StepPairs.stored(network.codes(features));
            for (int i = 0; i < rows.length; i++) {
                of(f, name)[rows[i]] = StepPairs.stored(features)[i];
                of(h, name)[rows[i]] = codes[i];
            }
        }
    }

    /** The gradient of one network for that batch, by slot, where everything stored is as the networks give it. */
    private Map<String, double[]> naive(Ssah method, Map<String, double[]> values, String moving, int... batch) {
        return naive(method, values, Stored.outputs(values), moving, batch);
    }

    private Map<String, double[]> naive(
            Ssah method, Map<String, double[]> values, Stored stored, String moving, int... batch) {
        SsahObjective loss = method.loss();
        String anchor = moving.equals("label")
                ? "label"
                : switch (method.anchor()) {
                    case LABELS -> "label";
                    case OWN -> moving;
                    case OTHER -> moving.equals("image") ? "text" : "image";
                };
        Naive network = new Naive(values, moving, !moving.equals("image"));
        double[][] features = network.features(StepPairs.rows(of(INPUTS, moving), batch));
        double[][] codes = network.codes(features);
        double[][] logits = network.labels.forward(features);
        int size = batch.length;
        double[][] anchors = of(stored.f, anchor).clone();
        double[][] anchorCodes = of(stored.h, anchor).clone();
        for (int i = 0; i < size && anchor.equals(moving); i++) { // what its own step stores is not rounded yet
            anchors[batch[i]] = features[i];
            anchorCodes[batch[i]] = codes[i];
        }
        double[][] byFeatures = pairSlope(loss, features, anchors, batch);
        double[][] byCodes = pairSlope(loss, codes, anchorCodes, batch);
        double[][] byLogits = new double[size][CLASSES];
        boolean mean = loss.reduction() == Reduction.MEAN;
        for (int i = 0; i < size; i++) {
            for (int b = 0; b < BITS; b++) {
                double sum = stored.sums[batch[i]][b];
                double nearest = (loss.target() == Target.OWN ? codes[i][b] : sum) < 0 ? -1 : 1;
                double slope = GAMMA * byCodes[i][b] + ETA * 2 * (codes[i][b] - nearest) / (mean ? size * BITS : 1);
                byCodes[i][b] = slope * (1 - codes[i][b] * codes[i][b]);
            }
            for (int s = 0; s < FEATURES; s++) {
                byFeatures[i][s] *= ALPHA;
            }
            for (int c = 0; c < CLASSES; c++) {
                double p = sigmoid(logits[i][c]);
                byLogits[i][c] = BETA * 2 * (p - LABELS[batch[i]][c]) * p * (1 - p) / (mean ? size * CLASSES : 1);
            }
        }
        Map<String, double[]> gradients = new LinkedHashMap<>();
        add(byFeatures, network.hash.backward(byCodes, gradients));
        add(byFeatures, network.labels.backward(byLogits, gradients));
        if (!moving.equals("label")
                && method.anchor() == Ssah.Anchor.LABELS
                && method.adversary().weight() > 0
                && method.adversary().reaches()) {
            NaiveLayers discriminator = discriminator(values, moving);
            double[][] scores = discriminator.forward(features);
            double[][] slope = adversarySlope(method, scores, 1, LAMBDA);
            add(byFeatures, discriminator.backward(slope, new LinkedHashMap<>()));
        }
        network.backbone.backward(byFeatures, gradients);
        return gradients;
    }

    private static double[][] of(Map<String, double[][]> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private static NaiveLayers discriminator(Map<String, double[]> values, String medium) {
        String path = "adversary." + medium + ".fc";
        return new NaiveLayers(values, false, path + 1, path + 2, path + 3);
    }

    private static double[][] adversarySlope(Ssah method, double[][] scores, double target, double weight) {
        double unit = weight / (method.loss().reduction() == Reduction.MEAN ? scores.length : 1);
        return map(
                scores,
                u -> unit
                        * (method.adversary().form() == AdversaryLoss.Form.LEAST_SQUARES
                                ? 2 * (u - target)
                                : sigmoid(u) - target));
    }

    private static void add(double[][] to, double[][] more) {
        for (int i = 0; i < to.length; i++) {
            for (int s = 0; s < to[i].length; s++) {
                to[i][s] += more[i][s];
            }
        }
    }

    private static SsahObjective objective(Pair pair, Target target, Reduction reduction) {
        return new SsahObjective(pair, target, ALPHA, GAMMA, ETA, BETA, Balance.NONE, reduction);
    }

    @ParameterizedTest
    @CsvSource({
        "label, INNER, UNIFIED, SUM", "label, SQUARED, OWN, SUM", "label, COSINE, UNIFIED, MEAN",
        "image, INNER, UNIFIED, SUM", "image, SQUARED, OWN, SUM", "image, COSINE, UNIFIED, MEAN",
        "text, INNER, UNIFIED, MEAN", "text, SQUARED, OWN, MEAN", "text, COSINE, UNIFIED, SUM"
    })
    void aStepOfEachNetworkIsTheGradientOfEveryTerm(String moving, Pair pair, Target target, Reduction reduction) {
        Ssah method = method(
                objective(pair, target, reduction),
                Ssah.Anchor.LABELS,
                adversary(LAMBDA, AdversaryLoss.Form.LEAST_SQUARES, true, moving),
                moving);
        SingleStep step = step(method);
        assertEquals(List.of(moving), step.moved());
        step.assertGradientOfABatch(ITEMS, BATCH, batch -> naive(method, step.before(), moving, batch));
    }

    @ParameterizedTest
    @CsvSource({"OWN, image", "OWN, text", "OTHER, image", "OTHER, text"})
    void withoutALabelNetworkPairsAreMadeWithTheMediasOutputs(Ssah.Anchor anchor, String moving) {
        Ssah method = method(
                objective(Pair.INNER, Target.UNIFIED, Reduction.SUM),
                anchor,
                adversary(0, AdversaryLoss.Form.LEAST_SQUARES, true, moving),
                moving);
        SingleStep step = step(method);
        assertTrue(
                step.before().keySet().stream().allMatch(name -> name.startsWith("image.") || name.startsWith("text.")),
                "discriminators would need label features");
        assertEquals(List.of(moving), step.moved());
        step.assertGradientOfABatch(ITEMS, BATCH, batch -> naive(method, step.before(), moving, batch));
    }

    /** Three batches of two: those before have left what the network gave when they came, those after have what it gave at first. */
    @ParameterizedTest
    @CsvSource({"LABELS, label", "OWN, image", "OWN, text"})
    void aNetworkIsPairedWithItsOutputsAsLastStoredAndTheBatchsAsTheyAreNow(Ssah.Anchor anchor, String moving) {
        double rate = 0.2;
        double weight = anchor == Ssah.Anchor.LABELS ? LAMBDA : 0;
        Ssah method = method(
                objective(Pair.INNER, Target.UNIFIED, Reduction.MEAN),
                anchor,
                adversary(weight, AdversaryLoss.Form.LEAST_SQUARES, true, moving),
                moving,
                rate);
        SingleStep steps = StepPairs.epoch(backend, method, 1, 2);
        steps.assertSlotsAfter(ITEMS, 2, batches -> {
            Map<String, double[]> values = steps.before();
            Stored stored = Stored.outputs(values);
            for (int[] batch : batches) {
                stored.refresh(values, moving, batch);
                values = SingleStep.moved(values, rate, naive(method, values, stored, moving, batch));
            }
            return values;
        });
    }

    @ParameterizedTest
    @EnumSource(AdversaryLoss.Form.class)
    void theAdversaryReachesTheGeneratorThroughTheDiscriminatorWhichStandsStill(AdversaryLoss.Form form) {
        SsahObjective loss = objective(Pair.INNER, Target.UNIFIED, Reduction.MEAN);
        Ssah reaching = method(loss, Ssah.Anchor.LABELS, adversary(LAMBDA, form, true, "image"), "image");
        Ssah other = method(loss, Ssah.Anchor.LABELS, adversary(LAMBDA, form, false, "image"), "image");
        SingleStep with = step(reaching);
        SingleStep without = step(other);
        assertEquals(List.of("image"), with.moved());
        with.assertGradientOfABatch(ITEMS, BATCH, batch -> naive(reaching, with.before(), "image", batch));
        without.assertGradientOfABatch(ITEMS, BATCH, batch -> naive(other, without.before(), "image", batch));
        assertTrue(differ(with.gradient("image.embedding.weight"), without.gradient("image.embedding.weight")));
        assertArrayEquals(
                with.gradient("image.hash.weight"),
                without.gradient("image.hash.weight"),
                "the adversary sees features, not codes");
    }

    private static boolean differ(double[] a, double[] b) {
        for (int i = 0; i < a.length; i++) {
            if (Math.abs(a[i] - b[i]) > 1e-6) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @EnumSource(AdversaryLoss.Form.class)
    void aStepOfTheDiscriminatorsIsTheirGradientAndLeavesTheGeneratorsUntouched(AdversaryLoss.Form form) {
        Ssah method = method(
                objective(Pair.INNER, Target.UNIFIED, Reduction.MEAN),
                Ssah.Anchor.LABELS,
                adversary(LAMBDA, form, true, "adversary"),
                "adversary");
        SingleStep step = step(method);
        assertEquals(List.of("adversary"), step.moved());
        Map<String, double[]> values = step.before();
        double[][] ofLabels = StepPairs.stored(new Naive(values, "label", true).features(LABELS));
        Map<String, double[][]> media = Map.of(
                "image", StepPairs.stored(new Naive(values, "image", false).features(IMAGES)),
                "text", StepPairs.stored(new Naive(values, "text", true).features(TEXTS)));
        step.assertGradientOfABatch(ITEMS, BATCH, batch -> {
            Map<String, double[]> gradients = new LinkedHashMap<>();
            media.forEach((name, features) -> {
                NaiveLayers layers = discriminator(values, name);
                layers.backward(
                        adversarySlope(method, layers.forward(StepPairs.rows(ofLabels, batch)), 1, 1), gradients);
                layers.backward(
                        adversarySlope(method, layers.forward(StepPairs.rows(features, batch)), 0, 1), gradients);
            });
            return gradients;
        });
    }

    @Test
    void anAdversaryWithoutWeightIsNotMade() {
        Ssah method = method(
                objective(Pair.INNER, Target.UNIFIED, Reduction.MEAN),
                Ssah.Anchor.LABELS,
                adversary(0, AdversaryLoss.Form.LEAST_SQUARES, true, "image"),
                "image");
        SingleStep step = step(method);
        assertTrue(step.before().keySet().stream().noneMatch(name -> name.startsWith("adversary")));
        step.assertGradientOfABatch(ITEMS, BATCH, batch -> naive(method, step.before(), "image", batch));
    }
}
