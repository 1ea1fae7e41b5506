package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DcmhLoss;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.step.Signs;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DCMH against its objective over all pairs, computed without its code. */
class DcmhTest {
    private static final int N = 24;
    private static final int K = 6;
    private static final int CLASSES = 5;
    private static final double GAMMA = 0.7;
    private static final double ETA = 0.3;
    private static final Labels LABELS = labels();

    private final Backend backend = new ReferenceBackend();

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
    }

    private static Labels labels() {
        int[] rows = new int[N * CLASSES];
        for (int i = 0; i < N; i++) {
            rows[i * CLASSES + i % CLASSES] = 1;
            rows[i * CLASSES + i / 7] = 1;
        }
        return MultiLabels.ofRows(rows, CLASSES);
    }

    private static double[][] draw(long seed, int rows, int columns) {
        RandomKey key = RandomKey.of(seed);
        double[][] drawn = new double[rows][columns];
        for (int at = 0; at < rows * columns; at++) {
            drawn[at / columns][at % columns] = (float) key.gaussian(at);
        }
        return drawn;
    }

    /** J of the paper over all pairs, outputs f and g, codes b, term by term. */
    private static double objective(double[][] f, double[][] g, double[][] b, double gamma, double eta) {
        double sum = 0;
        for (int i = 0; i < f.length; i++) {
            for (int j = 0; j < g.length; j++) {
                double theta = 0;
                boolean similar = false;
                for (int l = 0; l < K; l++) {
                    theta += f[i][l] * g[j][l] / 2;
                }
                for (int c = 0; c < CLASSES; c++) {
                    similar |= LABELS.has(i, c) && LABELS.has(j, c);
                }
                sum += Math.log(1 + Math.exp(theta)) - (similar ? theta : 0);
            }
        }
        for (double[][] outputs : List.of(f, g)) {
            for (int l = 0; l < K; l++) {
                double column = 0;
                for (int i = 0; i < f.length; i++) {
                    column += outputs[i][l];
                    sum += gamma * (b[i][l] - outputs[i][l]) * (b[i][l] - outputs[i][l]);
                }
                sum += eta * column * column;
            }
        }
        return sum;
    }

    @Test
    void gradientOfABatchIsThatOfTheWholeObjectiveAtItsRows() {
        double[][] f = draw(1, N, K);
        double[][] g = draw(2, N, K);
        double[][] b = Signs.of(draw(3, N, K));
        int[] rows = {3, 17, 8, 0};
        double h = 1e-5;
        try (CodeMemory own = new CodeMemory(backend, N, K);
                Pass pass = Pass.train(backend, RandomKey.of(0))) {
            own.assign(Matrices.flatFloats(f));
            double[][] batch = Arrays.stream(rows).mapToObj(i -> f[i]).toArray(double[][]::new);
            double[][] target = Arrays.stream(rows).mapToObj(i -> b[i]).toArray(double[][]::new);
            Variable u = pass.input(backend.tensor(Shape.of(rows.length, K), Matrices.flat(batch)));
            Variable loss = new DcmhLoss(GAMMA, ETA, Balance.NONE, Reduction.SUM)
                    .of(
                            u,
                            pass.constant(backend.tensor(Shape.of(N, K), Matrices.flat(g))),
                            Pairs.withBank(LABELS, rows),
                            pass.constant(backend.tensor(Shape.of(rows.length, K), Matrices.flat(target))),
                            pass.constant(backend.tensor(Shape.of(1, K), own.sumWithout(rows))));
            double[] gradient =
                    pass.gradients(loss, List.of(u), Order.FIRST).get(0).value().toDoubles();
            for (int i = 0; i < rows.length; i++) {
                for (int l = 0; l < K; l++) {
                    double at = f[rows[i]][l];
                    f[rows[i]][l] = at + h;
                    double above = objective(f, g, b, GAMMA, ETA);
                    f[rows[i]][l] = at - h;
                    double below = objective(f, g, b, GAMMA, ETA);
                    f[rows[i]][l] = at;
                    assertEquals((above - below) / (2 * h), gradient[i * K + l], 1e-6, rows[i] + ", " + l);
                }
            }
        }
    }

    @Test
    void signsOfTheSumAreTheBestCodesOfAllThereAre() {
        double[][] f = draw(4, N, K);
        double[][] g = draw(5, N, K);
        f[0][0] = 0.5;
        g[0][0] = -0.5;
        try (CodeMemory ofF = new CodeMemory(backend, N, K);
                CodeMemory ofG = new CodeMemory(backend, N, K);
                CodeMemory codes = new CodeMemory(backend, N, K)) {
            ofF.assign(Matrices.flatFloats(f));
            ofG.assign(Matrices.flatFloats(g));
            codes.assignSigns(ofF, ofG);
            assertEquals(1, codes.at(0, 0), "sgn(0) = +1");
            for (int i = 0; i < N; i++) {
                double least = Double.POSITIVE_INFINITY;
                for (int code = 0; code < 1 << K; code++) {
                    double distance = 0;
                    for (int l = 0; l < K; l++) {
                        double sign = (code >> l & 1) == 0 ? -1 : 1;
                        distance += Math.pow(sign - f[i][l], 2) + Math.pow(sign - g[i][l], 2);
                    }
                    least = Math.min(least, distance);
                }
                double own = 0;
                for (int l = 0; l < K; l++) {
                    own += Math.pow(codes.at(i, l) - f[i][l], 2) + Math.pow(codes.at(i, l) - g[i][l], 2);
                }
                assertEquals(least, own, 1e-12, "row " + i);
            }
        }
    }

    private static Samples samples(long seed, int dimensions) {
        return new Samples(Shape.of(dimensions), Matrices.flatFloats(draw(seed, N, dimensions)), LABELS);
    }

    private static double[][] outputs(Backend backend, org.hashgrad.nn.Module network, Samples samples) {
        return Matrices.rows(Training.outputs(backend, network, samples), N);
    }

    private static Dcmh linear(double rate, double gamma, double eta) {
        OptimizerSettings sgd = OptimizerSettings.plainSgd(rate);
        return new Dcmh(
                new DcmhLoss(gamma, eta, Balance.NONE, Reduction.SUM),
                new ImageSettings(Architecture.LINEAR, sgd),
                new Dcmh.Text(7, sgd));
    }

    @Test
    void alternationWithSmallStepsNeverRaisesTheObjective() {
        Samples images = samples(6, 4);
        Samples texts = samples(7, 5);
        CrossModalMethod.Media media = new CrossModalMethod.Media(Shape.of(4), Shape.of(5), CLASSES, K);
        TrainingPlan plan = new TrainingPlan(0, 40, N, new Schedule.Constant(1));
        List<Double> course = new ArrayList<>();
        try (CrossModalNetworks networks =
                linear(1e-4, GAMMA, ETA).networks(Blueprint.of(backend, RandomKey.of(1)), media)) {
            TrainingListener watch = new TrainingListener() {
                @Override
                public void epochDone(EpochReport report) {
                    double[][] f = outputs(backend, networks.image(), images);
                    double[][] g = outputs(backend, networks.text(), texts);
                    double[][] sum = new double[N][K];
                    for (int at = 0; at < N * K; at++) {
                        sum[at / K][at % K] = f[at / K][at % K] + g[at / K][at % K];
                    }
                    course.add(objective(f, g, Signs.of(sum), GAMMA, ETA));
                }
            };
            new CrossModalTrainer(backend, networks, plan, Optional.empty()).fit(images, texts, K, watch);
        }
        for (int epoch = 1; epoch < course.size(); epoch++) {
            assertTrue(course.get(epoch) <= course.get(epoch - 1) + 1e-9, course::toString);
        }
        assertTrue(course.get(39) < course.get(0) - 1, course::toString);
    }

    @Test
    void sameSeedGivesTheSameBitsTwiceAndAnotherSeedOthers() {
        float[] first = codes(3);
        assertArrayEquals(first, codes(3));
        assertTrue(!Arrays.equals(first, codes(4)));
    }

    private float[] codes(long seed) {
        Samples images = samples(6, 4);
        Samples texts = samples(7, 5);
        CrossModalMethod.Media media = new CrossModalMethod.Media(Shape.of(4), Shape.of(5), CLASSES, K);
        TrainingPlan plan = new TrainingPlan(seed, 2, 8, new Schedule.Constant(1));
        try (CrossModalNetworks networks = linear(0.01, 1, 0).networks(Blueprint.of(backend, RandomKey.of(1)), media)) {
            new CrossModalTrainer(backend, networks, plan, Optional.empty())
                    .fit(images, texts, K, TrainingListener.SILENT);
            return Training.outputs(backend, networks.image(), images);
        }
    }
}
