package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.hashing.loss.AdversaryLoss;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.model.SemanticNetwork.Hidden;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * With small steps SSAH descends: each turn its own objective, and over epochs all three together while the label network rests. With a label network that
 * learns the sum need not fall: its turn changes what images and texts are paired with.
 */
class SsahAlternationTest {
    private static final int COUNT = 12;

    private final ReferenceBackend backend = new ReferenceBackend();

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(0, backend.liveBytes(), "live bytes after the test");
        backend.close();
    }

    /** The losses of batches, by player. */
    private Map<String, List<Double>> losses(Ssah method, int epochs) {
        Map<String, List<Double>> losses = new LinkedHashMap<>();
        TrainingListener watch = new TrainingListener() {
            private String player = "";

            @Override
            public void turnBegins(int epoch, String name, int batches) {
                player = name;
            }

            @Override
            public void batchDone(int epoch, int batch, int batches, double loss) {
                losses.computeIfAbsent(player, p -> new ArrayList<>()).add(loss);
            }
        };
        CrossModalMethod.Media media =
                new CrossModalMethod.Media(SsahTest.IMAGE, SsahTest.TEXT, SsahTest.CLASSES, SsahTest.BITS);
        try (CrossModalNetworks networks = method.networks(Blueprint.of(backend, SsahTest.KEY), media)) {
            TrainingPlan plan = new TrainingPlan(3, epochs, COUNT, new Schedule.Constant(1));
            new CrossModalTrainer(backend, networks, plan, Optional.empty())
                    .fit(
                            SsahTest.samples("images", SsahTest.IMAGE, COUNT),
                            SsahTest.samples("texts", SsahTest.TEXT, COUNT),
                            SsahTest.BITS,
                            watch);
        }
        return losses;
    }

    @Test
    void noTurnRaisesItsObjective() {
        Map<String, List<Double>> losses = losses(SsahTest.method(new SsahPasses(6, 1, 6, 6, 1, 6, 1, 0), 0.01), 1);
        assertEquals(List.of("label", "image", "text", "adversary"), List.copyOf(losses.keySet()));
        losses.forEach((player, course) -> {
            assertEquals(6, course.size(), player);
            for (int i = 1; i < course.size(); i++) {
                assertTrue(course.get(i) < course.get(i - 1), player + ": " + course);
            }
        });
    }

    @Test
    void noEpochRaisesTheSumOfAllThreeWhileTheLabelNetworkRests() {
        Ssah like = SsahTest.method(SsahPasses.once(), 0.01);
        Ssah method = new Ssah(
                like.loss(),
                like.anchor(),
                like.order(),
                like.passes(),
                like.features(),
                like.start(),
                new Ssah.Label(Hidden.of(6), SsahTest.sgd(1e-300)),
                like.image(),
                like.text(),
                new Ssah.Adversary(0, AdversaryLoss.Form.LEAST_SQUARES, true, 6, 5, SsahTest.sgd(0.01)));
        Map<String, List<Double>> losses = losses(method, 30);
        List<Double> course = new ArrayList<>();
        for (int epoch = 0; epoch < 30; epoch++) {
            double sum = 0;
            for (String player : List.of("label", "image", "text")) {
                sum += losses.getOrDefault(player, List.of()).get(epoch);
            }
            course.add(sum);
        }
        for (int epoch = 1; epoch < 30; epoch++) {
            assertTrue(course.get(epoch) <= course.get(epoch - 1) + 1e-9, course::toString);
        }
        assertTrue(course.get(29) < course.get(0) - 0.01, course::toString);
    }
}
