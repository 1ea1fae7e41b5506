package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hashgrad.autograd.check.Tolerances;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.CrossModalNetworks;
import org.hashgrad.hashing.method.CrossModalTrainer;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.method.TrainingPlan;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Schedule;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two epochs of two batches a turn of every method of two media, from the same weights, on every backend against the reference. Images have one layer:
 * where a maximum of a pooling or a sign flips, as it may in a deeper network, no bound of rounding holds.
 */
class CrossModalConformanceTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    private static final int PAIRS = 10;
    private static final int BATCH = 5;
    private static final int CLASSES = 3;
    private static final int BITS = 4;
    private static final Shape IMAGE = Shape.of(3, 12, 12);
    private static final Shape TEXT = Shape.of(11);
    private static final RandomKey KEY = RandomKey.of(11);

    /** The longest sum of a step: the image layer's, over a picture. */
    private static final int TERMS = 3 * 12 * 12;

    private static final List<BackendUnderTest> WHERE =
            List.of(BackendUnderTest.CPU_TWO_THREADS, BackendUnderTest.OPENCL_F32, BackendUnderTest.OPENCL_F64);

    /** What the reference gives, by method; and where each weight is one rounding off at the start. */
    private static final Map<String, Map<String, double[]>> EXACT = new HashMap<>();

    private static final Map<String, Map<String, double[]>> BESIDE = new HashMap<>();

    /** Plain steps: a normalised one multiplies the rounding of a gradient that is near 0. */
    private static final List<String> STEPS =
            List.of("optimizer.name=sgd", "optimizer.rate=0.02", "optimizer.momentum=0.5", "optimizer.weightDecay=0");

    private static final Map<String, List<String>> METHODS = Map.of(
            "ssah with fusion and adversary",
            List.of("method=ssah", "text.scales=1 2", "text.unit=2", "text.neck=true", "adversary.weight=0.5"),
            "ssah as its code",
            List.of(
                    "method=ssah",
                    "text.scales=3 2 1",
                    "text.unit=3",
                    "order=adversary-second",
                    "loss.pair=squared",
                    "loss.target=own",
                    "adversary.form=cross-entropy",
                    "adversary.reaches=false"),
            "ssah without labels",
            List.of("method=ssah", "anchor=own", "adversary.weight=0", "text.scales=", "loss.pair=cosine"),
            "cmch",
            List.of("method=cmch", "loss.distance=cosine", "loss.balance=dissimilar-per-similar"),
            "cmch, inner",
            List.of("method=cmch", "loss.distance=inner"),
            "cmch, logistic",
            List.of("method=cmch", "loss.distance=cosine", "likelihood=sigmoid"),
            "dcmh",
            List.of("method=dcmh", "loss.balance=dissimilar-per-similar", "loss.eta=0.1"));

    private static CrossModalMethod method(String name) {
        List<String> keys = new ArrayList<>(Objects.requireNonNull(METHODS.get(name)));
        String method = keys.remove(0).replace("method=", "");
        keys.add("image.network=linear");
        List<String> players = new ArrayList<>(List.of("image", "text"));
        switch (method) {
            case "ssah" -> {
                players.addAll(List.of("label", "adversary"));
                keys.addAll(List.of("features=6", "label.hidden.units=7", "text.hidden.units=7"));
                keys.addAll(List.of("adversary.first=6", "adversary.second=5", "passes.label=2"));
            }
            case "cmch" -> keys.addAll(List.of("text.units1=7", "text.units2=6"));
            default -> keys.add("text.units=7");
        }
        players.forEach(player -> STEPS.forEach(step -> keys.add(player + "." + step)));
        players.forEach(player -> keys.add(player + ".optimizer.schedule=constant"));
        return (CrossModalMethod) RunConfig.of(Map.of("method", method, "data", "openclipart"), keys)
                .method();
    }

    static Stream<Arguments> methodsOnBackends() {
        return METHODS.keySet().stream().sorted().flatMap(name -> WHERE.stream()
                .map(which -> Arguments.of(name, which)));
    }

    private static Samples samples(String medium, Shape shape) {
        RandomKey key = KEY.split(medium);
        float[] values = new float[PAIRS * shape.size()];
        for (int at = 0; at < values.length; at++) {
            values[at] = (float) key.gaussian(at);
        }
        int[] has = new int[PAIRS * CLASSES];
        for (int i = 0; i < PAIRS; i++) {
            has[i * CLASSES + i % CLASSES] = 1;
            has[i * CLASSES + i / 4] = 1;
        }
        return new Samples(shape, values, MultiLabels.ofRows(has, CLASSES));
    }

    /**
     * The slots after training.
     *
     * @param moved how far each slot is from where it starts on other backends, in roundings of a float, either way at random
     */
    private static Map<String, double[]> trained(Backend backend, String name, double moved) {
        CrossModalMethod.Media media = new CrossModalMethod.Media(IMAGE, TEXT, CLASSES, BITS);
        TrainingPlan plan = new TrainingPlan(3, 2, BATCH, new Schedule.Constant(1));
        Map<String, double[]> slots = new LinkedHashMap<>();
        try (CrossModalNetworks networks = method(name).networks(Blueprint.of(backend, KEY), media)) {
            networks.all().forEach(network -> network.slots().forEach(slot -> {
                RandomKey key = KEY.split(slot.name());
                double[] start = slot.value().toDoubles();
                for (int i = 0; i < start.length; i++) {
                    double enlarged = (float) (slot.name().endsWith("hash.weight") ? 50 * start[i] : start[i]);
                    start[i] = enlarged * (1 + (2 * key.below(2, i) - 1) * moved * Precision.F32.unitRoundoff());
                }
                slot.assign(start);
            }));
            new CrossModalTrainer(backend, networks, plan, Optional.empty())
                    .fit(samples("images", IMAGE), samples("texts", TEXT), BITS, TrainingListener.SILENT);
            networks.all().forEach(network -> network.slots()
                    .forEach(slot -> slots.put(slot.name(), slot.value().toDoubles())));
        }
        return slots;
    }

    private static double furthest(Map<String, double[]> a, Map<String, double[]> b) {
        assertEquals(a.keySet(), b.keySet());
        double furthest = 0;
        for (Map.Entry<String, double[]> slot : a.entrySet()) {
            double[] other = Objects.requireNonNull(b.get(slot.getKey()));
            for (int i = 0; i < other.length; i++) {
                double scale = Math.max(1, Math.abs(other[i]));
                furthest = Math.max(furthest, Math.abs(slot.getValue()[i] - other[i]) / scale);
            }
        }
        return furthest;
    }

    /**
     * In units of the last place of F64 as {@link Tolerances#EXACT}, times how far an error of one is carried. In F32 a value has the roundings of
     * {@link Tolerances#rounding}; how far one rounding of every weight at the start is carried through both epochs is measured on the reference.
     */
    private static double bound(BackendUnderTest which, String name, Map<String, double[]> exact) {
        Map<String, double[]> beside = BESIDE.computeIfAbsent(name, method -> trained(BACKENDS.reference(), method, 1));
        double magnified = furthest(exact, beside) / Precision.F32.unitRoundoff();
        return Math.max(1, magnified)
                * (which.precision() == Precision.F64 ? Tolerances.EXACT : Tolerances.rounding(Precision.F32, TERMS));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("methodsOnBackends")
    void epochsOfEveryMethodAreThoseOfTheReference(String name, BackendUnderTest which) {
        Map<String, double[]> exact = EXACT.computeIfAbsent(name, method -> trained(BACKENDS.reference(), method, 0));
        double bound = bound(which, name, exact);
        double found = furthest(trained(BACKENDS.get(which), name, 0), exact);
        assertTrue(found <= bound, () -> "off by " + found + "; bound " + bound);
        assertTrue(bound < 1e-2, () -> "a bound that says something: " + bound);
    }
}
