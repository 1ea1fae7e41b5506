package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.loss.AdversaryLoss;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Interpolation;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.nn.model.SemanticNetwork.Hidden;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SsahTest {
    static final RandomKey KEY = RandomKey.of(11);
    static final int CLASSES = 3;
    static final int BITS = 5;
    static final int FEATURES = 7;
    static final Shape IMAGE = Shape.of(4);
    static final Shape TEXT = Shape.of(12);

    private final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(0, backend.liveBytes(), "live bytes after the test");
        backend.close();
    }

    private static MultiLabels labels(int count) {
        int[] has = new int[count * CLASSES];
        for (int i = 0; i < count; i++) {
            has[i * CLASSES + i % CLASSES] = 1;
            has[i * CLASSES + (i % 7 == 0 ? i + 1 : i) % CLASSES] = 1;
        }
        return MultiLabels.ofRows(has, CLASSES);
    }

    /** Noise around what an item's labels say. */
    static Samples samples(String medium, Shape shape, int count) {
        RandomKey key = KEY.split(medium);
        int width = shape.size();
        float[] values = new float[count * width];
        MultiLabels labels = labels(count);
        for (int at = 0; at < values.length; at++) {
            boolean has = labels.has(at / width, at % width % CLASSES);
            values[at] = (float) (key.gaussian(at) + (has ? 2 : 0));
        }
        return new Samples(shape, values, labels);
    }

    static OptimizerSettings sgd(double rate) {
        return OptimizerSettings.plainSgd(rate);
    }

    static Ssah method(SsahPasses passes, double rate) {
        return method(passes, sgd(rate));
    }

    private static Ssah method(SsahPasses passes, OptimizerSettings optimizer) {
        return method(passes, optimizer, 0);
    }

    private static Ssah method(SsahPasses passes, OptimizerSettings optimizer, double dropoutOfImages) {
        return new Ssah(
                new SsahObjective(
                        SsahObjective.Pair.INNER,
                        SsahObjective.Target.UNIFIED,
                        0.5,
                        1,
                        0.3,
                        0.8,
                        Balance.NONE,
                        Reduction.MEAN),
                Ssah.Anchor.LABELS,
                Ssah.Order.GENERATORS_FIRST,
                passes,
                FEATURES,
                Ssah.Beginning.KAIMING,
                new Ssah.Label(Hidden.of(6), optimizer),
                new Ssah.Image(Architecture.LINEAR, dropoutOfImages, optimizer),
                new Ssah.Text("1 2", 2, Interpolation.LEGACY_BILINEAR, Hidden.of(6), true, 0, optimizer),
                new Ssah.Adversary(0.2, AdversaryLoss.Form.LEAST_SQUARES, true, 6, 5, optimizer));
    }

    private CrossModalTraining training(int count) {
        Samples images = samples("images", IMAGE, count);
        Samples texts = samples("texts", TEXT, count);
        return new CrossModalTraining(backend, images, texts, BITS, KEY, Optional.empty());
    }

    private CrossModalNetworks networks(Ssah method) {
        return method.networks(Blueprint.of(backend, KEY), new CrossModalMethod.Media(IMAGE, TEXT, CLASSES, BITS));
    }

    @Test
    void networkThatCannotBeBuiltLeavesNothingOfTheOthers() {
        CrossModalMethod.Media narrow = new CrossModalMethod.Media(IMAGE, Shape.of(3), CLASSES, BITS);
        assertThrows(ShapeException.class, () -> method(SsahPasses.once(), 0.05)
                .networks(Blueprint.of(backend, KEY), narrow));
        assertEquals(0, backend.liveBytes());
    }

    @Test
    void lossOfAnEpochIsThatOfTheGenerators() {
        try (CrossModalNetworks networks = networks(method(SsahPasses.once(), 0.05))) {
            TrainingPlan plan = new TrainingPlan(3, 1, 4, new Schedule.Constant(1));
            EpochReport report = new CrossModalTrainer(backend, networks, plan, Optional.empty())
                    .fit(samples("images", IMAGE, 9), samples("texts", TEXT, 9), BITS, TrainingListener.SILENT)
                    .epochs()
                    .get(0);
            Map<String, Double> figures = report.figures();
            double generators = 0;
            for (String name : List.of("label_loss", "image_loss", "text_loss")) {
                generators += figures.getOrDefault(name, Double.NaN);
            }
            assertEquals(generators, report.loss(), 1e-12);
            assertTrue(figures.getOrDefault("adversary_loss", 0.0) > 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"GENERATORS_FIRST, label image text adversary", "ADVERSARY_SECOND, label adversary image text"})
    void turnsComeInTheOrderOfThePaperOrOfTheCode(Ssah.Order order, String expected) {
        Ssah first = method(SsahPasses.once(), 0.05);
        Ssah method = new Ssah(
                first.loss(),
                first.anchor(),
                order,
                first.passes(),
                first.features(),
                first.start(),
                first.label(),
                first.image(),
                first.text(),
                first.adversary());
        List<String> turns = new ArrayList<>();
        TrainingListener watch = new TrainingListener() {
            @Override
            public void turnBegins(int epoch, String player, int batches) {
                turns.add(player);
            }
        };
        try (CrossModalNetworks networks = networks(method)) {
            TrainingPlan plan = new TrainingPlan(3, 2, 4, new Schedule.Constant(1));
            new CrossModalTrainer(backend, networks, plan, Optional.empty())
                    .fit(samples("images", IMAGE, 9), samples("texts", TEXT, 9), BITS, watch);
        }
        assertEquals(expected + " " + expected, String.join(" ", turns), "two epochs");
    }

    @Test
    void imagesAreAugmentedAndNothingElseIs() {
        Augmentation augmentation = new Augmentation(1, true);
        try (CrossModalNetworks networks = networks(method(SsahPasses.once(), 0.05));
                CrossModalTraining training = new CrossModalTraining(
                        backend,
                        samples("images", IMAGE, 8),
                        samples("texts", TEXT, 8),
                        BITS,
                        KEY,
                        Optional.of(augmentation))) {
            networks.begin(training);
            for (Player player : training.players()) {
                assertEquals(
                        player.name().equals("image") ? Optional.of(augmentation) : Optional.empty(),
                        player.augmentation(),
                        player.name());
            }
        }
    }

    @Test
    void theUnifiedCodesAreTheNearestToAllThreeOutputs() {
        int count = 9;
        try (CrossModalNetworks networks = networks(method(SsahPasses.once(), 0.05));
                CrossModalTraining training = training(count)) {
            SsahState state = (SsahState) networks.begin(training);
            TrainingPlan plan = new TrainingPlan(3, 1, 4, new Schedule.Constant(1));
            state.epoch(new Alternation(training, plan, 0, TrainingListener.SILENT));
            List<CodeMemory> outputs = state.codes();
            assertEquals(3, outputs.size());
            for (int i = 0; i < count; i++) {
                double least = Double.POSITIVE_INFINITY;
                int nearest = 0;
                for (int code = 0; code < 1 << BITS; code++) {
                    double sum = 0;
                    for (CodeMemory of : outputs) {
                        for (int b = 0; b < BITS; b++) {
                            sum += Math.pow(of.at(i, b) - ((code >> b & 1) == 1 ? 1 : -1), 2);
                        }
                    }
                    if (sum < least) {
                        least = sum;
                        nearest = code;
                    }
                }
                for (int b = 0; b < BITS; b++) {
                    assertEquals(
                            (nearest >> b & 1) == 1 ? 1 : -1, state.unified().at(i, b), "item " + i + " bit " + b);
                }
            }
        }
    }

    /** With dropout of features and a rate that moves nothing, stored codes differ from those of evaluation only by being training's. */
    @Test
    void whatIsStoredIsWhatTheNetworkGaveInTraining() {
        assertArrayEquals(new boolean[] {false, false, false}, changed(0));
        assertArrayEquals(new boolean[] {false, true, false}, changed(0.5), "the image network alone drops features");
    }

    /** Whether an epoch has changed the stored codes of labels, images and texts. */
    private boolean[] changed(double dropoutOfImages) {
        boolean[] changed = new boolean[3];
        try (CrossModalNetworks networks = networks(method(SsahPasses.once(), sgd(1e-300), dropoutOfImages));
                CrossModalTraining training = training(8)) {
            SsahState state = (SsahState) networks.begin(training);
            List<float[]> before = state.codes().stream()
                    .map(memory -> memory.values().clone())
                    .toList();
            TrainingPlan plan = new TrainingPlan(3, 1, 4, new Schedule.Constant(1));
            state.epoch(new Alternation(training, plan, 0, TrainingListener.SILENT));
            for (int i = 0; i < 3; i++) {
                float[] after = state.codes().get(i).values();
                for (int at = 0; at < after.length; at++) {
                    changed[i] |= Math.abs(after[at] - before.get(i)[at]) > 1e-6;
                }
            }
        }
        return changed;
    }

    @Test
    void theUnifiedCodesDoNotRaiseTheDistanceToTheOutputs() {
        try (CrossModalNetworks networks = networks(method(SsahPasses.once(), 0.5));
                CrossModalTraining training = training(9)) {
            SsahState state = (SsahState) networks.begin(training);
            TrainingPlan plan = new TrainingPlan(3, 4, 4, new Schedule.Constant(1));
            for (int epoch = 0; epoch < 4; epoch++) {
                float[] before = state.unified().values().clone();
                state.epoch(new Alternation(training, plan, epoch, TrainingListener.SILENT));
                assertTrue(distance(state, state.unified().values()) <= distance(state, before));
            }
        }
    }

    private static double distance(SsahState state, float[] codes) {
        double sum = 0;
        for (CodeMemory of : state.codes()) {
            for (int at = 0; at < codes.length; at++) {
                sum += Math.pow(of.at(at / BITS, at % BITS) - codes[at], 2);
            }
        }
        return sum;
    }

    @Test
    void itStoresThreeFeaturesFourCodesAndNothingOfTheSizeOfAllPairs() {
        assertEquals(8L * 200 * (3 * FEATURES + 4 * BITS), stored(400) - stored(200));
    }

    /** Bytes of a training on the backend, after an epoch. */
    private long stored(int count) {
        try (CrossModalNetworks networks = networks(method(SsahPasses.once(), 0.05))) {
            long before = backend.liveBytes();
            try (CrossModalTraining training = training(count)) {
                TrainingPlan plan = new TrainingPlan(3, 1, 8, new Schedule.Constant(1));
                networks.begin(training).epoch(new Alternation(training, plan, 0, TrainingListener.SILENT));
                return backend.liveBytes() - before;
            }
        }
    }

    @Test
    void trainingLearnsWhatBothMediaSayOfTheLabels() {
        int count = 60;
        Samples images = samples("images", IMAGE, count);
        Samples texts = samples("texts", TEXT, count);
        try (CrossModalNetworks networks = networks(method(SsahPasses.once(), OptimizerSettings.adam(0.01)))) {
            TrainingPlan plan = new TrainingPlan(3, 40, 12, new Schedule.Constant(1));
            double before = contrast(networks, images, texts);
            new CrossModalTrainer(backend, networks, plan, Optional.empty())
                    .fit(images, texts, BITS, TrainingListener.SILENT);
            double after = contrast(networks, images, texts);
            assertTrue(after > 0.5 && after > before + 0.3, before + " before, " + after + " after");
        }
    }

    /** Mean product of bits of similar pairs of an image and a text, less that of dissimilar ones; between −2 and 2. */
    private double contrast(CrossModalNetworks networks, Samples images, Samples texts) {
        double[] u = signs(networks.image(), images);
        double[] v = signs(networks.text(), texts);
        double[] sums = new double[2];
        double[] counts = new double[2];
        for (int i = 0; i < images.count(); i++) {
            for (int j = 0; j < images.count(); j++) {
                int similar = images.labels().similar(i, texts.labels(), j) ? 1 : 0;
                counts[similar] += BITS;
                for (int b = 0; b < BITS; b++) {
                    sums[similar] += u[i * BITS + b] * v[j * BITS + b];
                }
            }
        }
        return sums[1] / counts[1] - sums[0] / counts[0];
    }

    private double[] signs(org.hashgrad.nn.Module network, Samples samples) {
        float[] relaxed = Training.outputs(backend, network, samples);
        double[] signs = new double[relaxed.length];
        Arrays.setAll(signs, at -> relaxed[at] < 0 ? -1 : 1);
        return signs;
    }

    @Test
    void thePublishedCodesPassesFallWithTheirStageAndStopWhenTheLossDoes() {
        try (CrossModalNetworks networks = networks(method(SsahPasses.once(), 0.5));
                CrossModalTraining training = training(8)) {
            Player player = training.player("any", networks.image(), sgd(1), training.images());
            List<Double> rates = new ArrayList<>();
            double[] loss = {1000};
            SsahPasses.code().run(player, 10, 2, () -> {
                rates.add(player.optimizer().rate());
                return loss[0]--;
            });
            assertEquals(15, rates.size(), "10 passes, then 5");
            assertEquals(1, rates.get(9));
            assertEquals(Math.sqrt(0.1), rates.get(10));
            assertEquals(1, player.optimizer().rate(), "the epoch's again");
            rates.clear();
            SsahPasses.code().run(player, 15, 3, () -> {
                rates.add(player.optimizer().rate());
                return 1;
            });
            assertEquals(3 * 4, rates.size(), "in each of three stages a loss and three that are no less");
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertRefused(
                "ssah: eta is -1.0; need a finite number >= 0",
                () -> new SsahObjective(
                        SsahObjective.Pair.INNER, SsahObjective.Target.OWN, 1, 1, -1, 1, Balance.NONE, Reduction.SUM));
        assertRefused(
                "ssah: balance is ALL_PER_KIND; need none with pair squared",
                () -> new SsahObjective(
                        SsahObjective.Pair.SQUARED,
                        SsahObjective.Target.OWN,
                        1,
                        1,
                        1,
                        1,
                        Balance.ALL_PER_KIND,
                        Reduction.SUM));
        assertRefused(
                "text: scales is '1 two'; need whole numbers separated by spaces",
                () -> new Ssah.Text("1 two", 5, Interpolation.NEAREST, Hidden.of(4), false, 0, sgd(1)));
        assertRefused("passes: image is 0; need >= 1", () -> new SsahPasses(1, 1, 0, 1, 1, 1, 1, 0));
        assertRefused("passes: factor is 1.5; need > 0 and <= 1", () -> new SsahPasses(1, 1, 1, 1, 1, 1, 1.5, 0));
    }

    private static void assertRefused(String message, org.junit.jupiter.api.function.Executable making) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, making).getMessage());
    }
}
