package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns of several networks: who moves, what stands still, what is remembered. */
class AlternationTest {
    private static final Samples IMAGES = Clusters.draw(40, 1);
    private static final Samples TEXTS = Clusters.draw(40, 2);
    private static final TrainingPlan PLAN = new TrainingPlan(5, 3, 16, new Schedule.Constant(1));
    private static final OptimizerSettings SGD = OptimizerSettings.sgd();

    private final Backend backend = new ReferenceBackend();
    private final HashNetwork image = Clusters.network(backend, 1);
    private final HashNetwork text = Clusters.network(backend, 2);

    @AfterEach
    void everyBufferIsGivenBack() {
        image.close();
        text.close();
        assertEquals(0, backend.liveBytes());
    }

    /** How a test would have an epoch go. */
    private interface Game {
        CrossModalState begin(CrossModalTraining training);
    }

    private Trained play(Game game, TrainingListener listener) {
        CrossModalNetworks networks = new CrossModalNetworks() {
            @Override
            public Module image() {
                return image;
            }

            @Override
            public Module text() {
                return text;
            }

            @Override
            public CrossModalState begin(CrossModalTraining training) {
                return game.begin(training);
            }
        };
        return new CrossModalTrainer(backend, networks, PLAN, Optional.empty())
                .fit(IMAGES, TEXTS, Clusters.BITS, listener);
    }

    private static double[] weights(HashNetwork network) {
        return network.parameters().get(0).value().toDoubles();
    }

    private static Variable towardsOne(Variable x) {
        return x.plus(-1).square().mean();
    }

    @Test
    void turnMovesItsPlayerAloneEvenWhereTheLossLooksThroughAnotherNetwork() {
        double[] ofImage = weights(image);
        double[] ofText = weights(text);
        play(
                training -> {
                    Player images = training.imagePlayer(image, SGD);
                    training.textPlayer(text, SGD);
                    return alternation -> alternation.train(
                            images,
                            batch -> towardsOne(
                                    text.forward(batch.pass(), batch.input().plus(batch.relaxedCodes()))));
                },
                TrainingListener.SILENT);
        assertArrayEquals(ofText, weights(text));
        assertFalse(Arrays.equals(ofImage, weights(image)), "the gradient reaches the player through the other");
    }

    @Test
    void keptRowsAreThoseThatTheNetworkGaveBeforeTheStep() {
        List<Integer> steps = new ArrayList<>();
        play(
                training -> {
                    Player images = training.imagePlayer(image, SGD);
                    CodeMemory memory = training.outputsOf(images);
                    float[] begun = memory.values().clone();
                    float[] expected = begun.clone();
                    return alternation -> {
                        alternation.train(images, batch -> {
                            assertArrayEquals(expected, memory.values(), 1e-6f, "nothing is stored within the step");
                            batch.keep(batch.relaxedCodes(), memory);
                            copy(batch.rows(), Training.outputs(backend, image, IMAGES), expected);
                            steps.add(batch.rows().length);
                            return towardsOne(batch.relaxedCodes());
                        });
                        assertArrayEquals(expected, memory.values(), 1e-6f);
                        assertTrue(furthest(expected, begun) > 1e-3, "the second batch's are no longer the first's");
                        float[] after = Training.outputs(backend, image, IMAGES);
                        assertTrue(furthest(expected, after) > 1e-3, "the last step has moved the network");
                    };
                },
                TrainingListener.SILENT);
        assertEquals(List.of(16, 16, 16, 16, 16, 16), steps, "two batches of each of three epochs");
    }

    private static void copy(int[] rows, float[] from, float[] to) {
        for (int row : rows) {
            System.arraycopy(from, row * Clusters.BITS, to, row * Clusters.BITS, Clusters.BITS);
        }
    }

    private static double furthest(float[] a, float[] b) {
        double furthest = 0;
        for (int at = 0; at < a.length; at++) {
            furthest = Math.max(furthest, Math.abs(a[at] - b[at]));
        }
        return furthest;
    }

    @Test
    void networkMayHaveSeveralTurnsInAnEpochEachInAnOrderOfItsOwn() {
        List<String> orders = new ArrayList<>();
        List<String> heard = new ArrayList<>();
        Trained trained = play(
                training -> {
                    Player images = training.imagePlayer(image, SGD);
                    Player texts = training.textPlayer(text, SGD);
                    return alternation -> {
                        for (Player player : List.of(images, images, texts)) {
                            orders.add("");
                            alternation.train(player, batch -> {
                                orders.set(
                                        orders.size() - 1,
                                        orders.get(orders.size() - 1) + Arrays.toString(batch.rows()));
                                return towardsOne(batch.relaxedCodes());
                            });
                        }
                    };
                },
                new TrainingListener() {
                    @Override
                    public void turnBegins(int epoch, String player, int batches) {
                        heard.add(epoch + player + batches);
                    }
                });
        assertEquals(9, orders.stream().distinct().count());
        assertEquals(List.of("1image2", "1image2", "1text2"), heard.subList(0, 3));
        EpochReport last = trained.epochs().get(2);
        assertEquals(
                last.loss(),
                last.figures().getOrDefault("image_loss", 0.0) + last.figures().getOrDefault("text_loss", 0.0));
        assertTrue(last.loss() < trained.epochs().get(0).loss());
    }

    @Test
    void discriminatorSeesTheRowsOfAMemoryAsTheyAreNow() {
        play(
                training -> {
                    Player images = training.imagePlayer(image, SGD);
                    CodeMemory memory = training.memory(Clusters.BITS);
                    Player watcher = training.player("watcher", text, SGD, memory.samples(training.labels()));
                    return alternation -> {
                        memory.assign(filled(alternation.number() + 1));
                        alternation.train(watcher, batch -> {
                            assertEquals(
                                    alternation.number() + 1,
                                    batch.input().value().toDoubles()[0]);
                            assertArrayEquals(
                                    batch.input().value().toDoubles(),
                                    batch.rowsOf(memory).value().toDoubles());
                            return towardsOne(batch.relaxedCodes());
                        });
                        alternation.train(images, batch -> towardsOne(batch.relaxedCodes()));
                    };
                },
                TrainingListener.SILENT);
    }

    private static float[] filled(float value) {
        float[] rows = new float[IMAGES.count() * Clusters.BITS];
        Arrays.fill(rows, value);
        return rows;
    }

    @Test
    void breakdownNamesThePlayerAndItsRate() {
        var thrown = assertThrows(
                NotFiniteException.class,
                () -> play(
                        training -> {
                            Player texts = training.textPlayer(text, SGD);
                            return alternation -> alternation.train(
                                    texts, batch -> batch.relaxedCodes().sum().times(Double.NaN));
                        },
                        TrainingListener.SILENT));
        assertEquals(
                "training: text: epoch 1 of 3, batch 1 of 2: loss is NaN; try a smaller text.optimizer.rate",
                thrown.getMessage());
    }

    /** The turn's last step leaves more than a float holds in the network, which {@code after} may repair. */
    private void poisoned(Runnable after) {
        play(
                training -> {
                    Player images = training.imagePlayer(image, SGD);
                    return alternation -> {
                        int[] batches = {0};
                        alternation.train(images, batch -> {
                            images.optimizer().setRate(++batches[0] == 2 ? 1e60 : 0.01);
                            return towardsOne(batch.relaxedCodes());
                        });
                        after.run();
                    };
                },
                TrainingListener.SILENT);
    }

    @Test
    void networkIsReadOnceAnEpochAfterAllTurns() {
        double[] start = weights(image);
        poisoned(() ->
                image.parameters().forEach(p -> p.assign(new double[p.shape().size()])));
        assertFalse(Arrays.equals(start, weights(image)));
        var thrown = assertThrows(NotFiniteException.class, () -> poisoned(() -> {}));
        assertTrue(
                String.valueOf(thrown.getMessage())
                        .startsWith("training: image: epoch 1 of 3, batch 2 of 2: parameter "),
                thrown.getMessage());
    }

    @Test
    void breakdownNamesTheNetworkThatStandsStillWhereItIsToBlame() {
        text.parameters()
                .get(0)
                .assign(notNumbers(text.parameters().get(0).shape().size()));
        var thrown = assertThrows(
                NotFiniteException.class,
                () -> play(
                        training -> {
                            Player images = training.imagePlayer(image, SGD);
                            training.textPlayer(text, SGD);
                            return alternation -> alternation.train(
                                    images, batch -> towardsOne(text.forward(batch.pass(), batch.input()))
                                            .plus(towardsOne(batch.relaxedCodes())));
                        },
                        TrainingListener.SILENT));
        assertTrue(
                String.valueOf(thrown.getMessage())
                        .startsWith("training: image: epoch 1 of 3, batch 1 of 2: parameter hidden.weight(16, "),
                thrown.getMessage());
    }

    private static double[] notNumbers(int count) {
        double[] values = new double[count];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    /** A layer of its own that no container names. */
    private final class Watched extends Module {
        private final List<String> layers = new ArrayList<>();

        @Override
        public Variable forward(Pass pass, Variable x) {
            layers.add(backend.layer());
            return image.forward(pass, x);
        }

        @Override
        public List<Slot> slots() {
            return image.slots();
        }

        @Override
        public Module copyTo(Backend other) {
            return image.copyTo(other);
        }
    }

    @Test
    void networkIsNotPartOfTheLossInAProfile() {
        Watched watched = new Watched();
        List<String> ofLoss = new ArrayList<>();
        play(
                training -> {
                    Player images = training.imagePlayer(watched, SGD);
                    return alternation -> alternation.train(images, batch -> {
                        Variable codes = batch.relaxedCodes();
                        ofLoss.add(backend.layer());
                        return towardsOne(codes);
                    });
                },
                TrainingListener.SILENT);
        assertEquals(6, watched.layers.size());
        assertEquals(List.of(""), watched.layers.stream().distinct().toList());
        assertEquals(List.of("loss"), ofLoss.stream().distinct().toList());
    }

    @Test
    void lossOfAnEpochLeavesOutThosePlayersThatOpposeOthers() {
        Trained trained = play(
                training -> {
                    Player images = training.imagePlayer(image, SGD);
                    Player texts = training.textPlayer(text, SGD);
                    return alternation -> {
                        alternation.train(images, batch -> towardsOne(batch.relaxedCodes()));
                        alternation.oppose(texts, batch -> towardsOne(batch.relaxedCodes()));
                    };
                },
                TrainingListener.SILENT);
        EpochReport report = trained.epochs().get(0);
        assertEquals(report.figures().get("image_loss"), report.loss());
        assertTrue(report.figures().getOrDefault("text_loss", 0.0) > 0, "it is still logged");
    }

    @Test
    void rowsOfAnotherWidthOrNumberAreNotStored() {
        try (CodeMemory memory = new CodeMemory(backend, 5, 3)) {
            for (Shape wrong : List.of(Shape.of(2, 4), Shape.of(1, 3), Shape.of(3, 2))) {
                var thrown = assertThrows(
                        IllegalArgumentException.class,
                        () -> memory.store(new int[] {0, 4}, wrong, new double[wrong.size()], false));
                assertEquals(
                        "code memory (5, 3): got values " + wrong + "; need (2, 3) for 2 rows", thrown.getMessage());
            }
            memory.store(new int[] {0, 4}, Shape.of(2, 3), new double[] {1, 1, 1, 1, 1, 1}, false);
            assertArrayEquals(new float[] {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, memory.values());
        }
    }

    @Test
    void imagesWithoutTheirTextsAreRefused() {
        CrossModalNetworks none = new CrossModalNetworks() {
            @Override
            public Module image() {
                return image;
            }

            @Override
            public Module text() {
                return text;
            }

            @Override
            public CrossModalState begin(CrossModalTraining training) {
                return alternation -> {};
            }
        };
        var thrown = assertThrows(
                IllegalArgumentException.class, () -> new CrossModalTrainer(backend, none, PLAN, Optional.empty())
                        .fit(IMAGES, Clusters.draw(39, 2), Clusters.BITS, TrainingListener.SILENT));
        assertEquals("cross-modal training: 40 images and 39 texts; need as many, in pairs", thrown.getMessage());
    }
}
