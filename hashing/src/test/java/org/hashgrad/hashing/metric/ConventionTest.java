package org.hashgrad.hashing.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.Failure;
import org.junit.jupiter.api.Test;

/** Each convention against its code's steps on dense matrices, on thousands of small cases with ties, empty balls, no relevant items and N beyond the list. */
final class ConventionTest {
    private static final double ROUNDING = 1e-12;
    private static final int RUNS = 3000;

    /** sim[i][j] = ⟨u_i, v_j⟩ of the codes −1 and +1, match[i][j] and the real inner products. */
    private record Dense(int bits, double[][] sim, double[][] real, boolean[][] match) {
        static Dense of(Retrieval r) {
            int q = r.query().count();
            int n = r.database().count();
            int bits = r.query().bits();
            Dense dense = new Dense(bits, new double[q][n], new double[q][n], new boolean[q][n]);
            double[] x = r.query().toSigns();
            double[] y = r.database().toSigns();
            float[] u = r.outputs().map(o -> o.query().values()).orElseGet(() -> floats(x));
            float[] v = r.outputs().map(o -> o.database().values()).orElseGet(() -> floats(y));
            for (int i = 0; i < q; i++) {
                for (int j = 0; j < n; j++) {
                    for (int b = 0; b < bits; b++) {
                        dense.sim[i][j] += x[i * bits + b] * y[j * bits + b];
                        dense.real[i][j] += u[i * bits + b] * v[j * bits + b];
                    }
                    for (int c = 0; c < r.queryLabels().classes(); c++) {
                        dense.match[i][j] |=
                                r.queryLabels().has(i, c) && r.databaseLabels().has(j, c);
                    }
                }
            }
            return dense;
        }

        private static float[] floats(double[] values) {
            float[] floats = new float[values.length];
            for (int at = 0; at < floats.length; at++) {
                floats[at] = (float) values[at];
            }
            return floats;
        }

        double hamming(int i, int j) {
            return 0.5 * (bits - sim[i][j]);
        }
    }

    private static List<Integer> argsort(double[] keys, List<Integer> of) {
        List<Integer> order = new ArrayList<>(of);
        order.sort(Comparator.comparingDouble(j -> keys[j]));
        return order;
    }

    private static List<Integer> all(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    private static double[] negative(double[] values) {
        return Arrays.stream(values).map(v -> 0.0 - v).toArray();
    }

    private static Retrieval random(Random random, boolean outputs) {
        Case c = Case.random(random);
        Optional<Retrieval.Outputs> real = outputs
                ? Optional.of(new Retrieval.Outputs(
                        coarse(random, c.query().count(), c.query().bits()),
                        coarse(random, c.database().count(), c.query().bits())))
                : Optional.empty();
        return new Retrieval(
                real.map(o -> o.query().signs()).orElse(c.query()),
                c.queryLabels(),
                real.map(o -> o.database().signs()).orElse(c.database()),
                c.databaseLabels(),
                real);
    }

    private static RelaxedCodes coarse(Random random, int count, int bits) {
        float[] values = new float[count * bits];
        for (int at = 0; at < values.length; at++) {
            values[at] = (random.nextInt(5) - 2) / 2f;
        }
        return new RelaxedCodes(values, count, bits);
    }

    private interface Check {
        void run(Retrieval retrieval, Dense dense, int n);
    }

    private static void forRandomCases(Check check) {
        Random random = new Random(21);
        for (int run = 0; run < RUNS; run++) {
            Retrieval retrieval = random(random, run % 2 == 0);
            check.run(retrieval, Dense.of(retrieval), 1 + random.nextInt(25));
        }
    }

    @Test
    void deepHashPytorchIsItsCalcTopMap() {
        forRandomCases((retrieval, dense, n) -> {
            for (boolean cut : new boolean[] {true, false}) {
                double topkmap = 0;
                int items = retrieval.database().count();
                for (int i = 0; i < dense.sim.length; i++) {
                    double[] hamm = new double[items];
                    for (int j = 0; j < items; j++) {
                        hamm[j] = dense.hamming(i, j);
                    }
                    List<Integer> ind = argsort(hamm, all(items));
                    int end = cut ? Math.min(n, items) : items - 1;
                    List<Double> tindex = new ArrayList<>();
                    for (int rank = 0; rank < end; rank++) {
                        if (dense.match[i][ind.get(rank)]) {
                            tindex.add(rank + 1.0);
                        }
                    }
                    double mean = 0;
                    for (int h = 0; h < tindex.size(); h++) {
                        mean += (h + 1) / tindex.get(h) / tindex.size();
                    }
                    topkmap += mean;
                }
                Map<String, Object> found =
                        new DeepHashPytorch().measure(retrieval, cut ? OptionalInt.of(n) : OptionalInt.empty());
                assertEquals(topkmap / dense.sim.length, figure(found, "mAP"), ROUNDING);
            }
        });
    }

    @Test
    void hashNetIsItsMeanAveragePrecision() {
        int[] dropped = new int[1];
        forRandomCases((retrieval, dense, n) -> {
            List<Double> apx = new ArrayList<>();
            int items = retrieval.database().count();
            for (int i = 0; i < dense.sim.length; i++) {
                List<Integer> ids = argsort(negative(dense.real[i]), all(items));
                double lx = 0;
                double sum = 0;
                for (int rank = 1; rank <= Math.min(n, items); rank++) {
                    double imatch = dense.match[i][ids.get(rank - 1)] ? 1 : 0;
                    lx += imatch;
                    sum += lx / rank * imatch;
                }
                if (lx != 0) {
                    apx.add(sum / lx);
                } else {
                    dropped[0]++;
                }
            }
            Map<String, Object> found = new HashNetEvaluation().measure(retrieval, OptionalInt.of(n));
            assertEquals(
                    apx.stream().mapToDouble(Double::doubleValue).average().orElse(0), figure(found, "mAP"), ROUNDING);
            assertEquals(apx.size(), found.get("queries_counted"));
        });
        assertTrue(dropped[0] > 100, "queries without a hit: " + dropped[0]);
    }

    @Test
    void dcmhIsItsThreeFunctions() {
        forRandomCases((retrieval, dense, n) -> {
            double map = 0;
            double topkMap = 0;
            double mapK = 0;
            int items = retrieval.database().count();
            for (int i = 0; i < dense.sim.length; i++) {
                List<Integer> order = argsort(negative(dense.sim[i]), all(items));
                List<Integer> ranks = new ArrayList<>();
                for (int rank = 1; rank <= items; rank++) {
                    if (dense.match[i][order.get(rank - 1)]) {
                        ranks.add(rank);
                    }
                }
                map += meanOfCountByRank(ranks);
                topkMap += meanOfCountByRank(
                        ranks.stream().filter(rank -> rank <= n).toList());
                mapK += meanOfCountByRank(ranks.subList(0, Math.min(n, ranks.size())));
            }
            Map<String, Object> found = new DcmhEvaluation().measure(retrieval, OptionalInt.of(n));
            int q = dense.sim.length;
            assertEquals(map / q, figure(found, "mAP"), ROUNDING);
            assertEquals(topkMap / q, figure(found, "mAP_topk"), ROUNDING);
            assertEquals(mapK / q, figure(found, "mAP_k"), ROUNDING);
        });
    }

    private static double meanOfCountByRank(List<Integer> ranks) {
        double sum = 0;
        for (int h = 0; h < ranks.size(); h++) {
            sum += (h + 1.0) / ranks.get(h);
        }
        return ranks.isEmpty() ? 0 : sum / ranks.size();
    }

    @Test
    void dchRadiusIsItsLookUpWithReRanking() {
        int[] empty = new int[1];
        int[] barren = new int[1];
        forRandomCases((retrieval, dense, n) -> {
            for (int radius : new int[] {0, 2, 10}) {
                List<Double> prec = new ArrayList<>();
                List<Double> rec = new ArrayList<>();
                List<Double> maps = new ArrayList<>();
                for (int i = 0; i < dense.sim.length; i++) {
                    int query = i;
                    List<Integer> idx = all(retrieval.database().count()).stream()
                            .filter(j -> dense.hamming(query, j) <= radius)
                            .toList();
                    long all = IntStream.range(0, retrieval.database().count())
                            .filter(j -> dense.match[query][j])
                            .count();
                    long matched =
                            idx.stream().filter(j -> dense.match[query][j]).count();
                    if (idx.isEmpty()) {
                        empty[0]++;
                        prec.add(0.0);
                        rec.add(0.0);
                        maps.add(0.0);
                        continue;
                    }
                    prec.add(matched / (double) idx.size());
                    rec.add(all == 0 ? 0 : matched / (double) all);
                    if (radius >= 10) {
                        maps.add(matched / (double) idx.size());
                    } else if (matched > 0) {
                        double[] hamm = new double[retrieval.database().count()];
                        Arrays.setAll(hamm, j -> dense.hamming(query, j));
                        maps.add(
                                averagePrecision(argsort(negative(dense.real[i]), argsort(hamm, idx)), dense.match[i]));
                    } else {
                        barren[0]++;
                    }
                }
                Map<String, Object> found = new DchRadius(radius).measure(retrieval, OptionalInt.empty());
                String at = "_at_radius_" + radius;
                assertEquals(average(prec), figure(found, "precision" + at), ROUNDING);
                assertEquals(average(rec), figure(found, "recall" + at), ROUNDING);
                assertEquals(average(maps), figure(found, "mAP" + at), ROUNDING);
                assertEquals(maps.size(), found.get("queries_counted"));
            }
        });
        assertTrue(empty[0] > 100 && barren[0] > 100, "empty " + empty[0] + ", without a hit " + barren[0]);
    }

    private static double averagePrecision(List<Integer> order, boolean[] match) {
        double sum = 0;
        double hits = 0;
        for (int rank = 1; rank <= order.size(); rank++) {
            if (match[order.get(rank - 1)]) {
                hits++;
                sum += hits / rank;
            }
        }
        return sum / hits;
    }

    private static double figure(Map<String, Object> found, String key) {
        return (double) Objects.requireNonNull(found.get(key), key);
    }

    private static double average(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    @Test
    void callHlLabelIsItsLoopOverRadii() {
        forRandomCases((retrieval, dense, n) -> {
            double maxHamm = 0;
            double total = 0;
            for (int i = 0; i < dense.sim.length; i++) {
                for (int j = 0; j < dense.sim[i].length; j++) {
                    maxHamm = Math.max(maxHamm, dense.hamming(i, j));
                    total += dense.match[i][j] ? 1 : 0;
                }
            }
            List<Double> precision = new ArrayList<>();
            List<Double> recall = new ArrayList<>();
            for (int radius = 1; radius <= maxHamm; radius++) {
                double good = 0;
                double pairs = 0;
                for (int i = 0; i < dense.sim.length; i++) {
                    for (int j = 0; j < dense.sim[i].length; j++) {
                        boolean inside = dense.hamming(i, j) <= radius - 1 + 0.00001;
                        pairs += inside ? 1 : 0;
                        good += inside && dense.match[i][j] ? 1 : 0;
                    }
                }
                precision.add(good / (pairs + Math.pow(2, -52)));
                recall.add(total == 0 ? 0 : good / total);
            }
            Map<String, Object> found = new CallHlLabel().measure(retrieval, OptionalInt.empty());
            assertEquals(precision, found.get("precision"));
            assertEquals(recall, found.get("recall"));
        });
    }

    @Test
    void withoutTiesOrCutsTheConventionsAgreeWithTheReportWhereTheyDefineTheSame() {
        Case c = Case.random(new Random(3));
        Retrieval retrieval = new Retrieval(c.query(), c.queryLabels(), c.database(), c.databaseLabels());
        RetrievalReport report =
                RetrievalMetrics.standard(1).evaluate(c.query(), c.queryLabels(), c.database(), c.databaseLabels());
        assertEquals(
                report.meanAveragePrecisionStable(),
                figure(new DcmhEvaluation().measure(retrieval, OptionalInt.empty()), "mAP"),
                ROUNDING);
        assertEquals(
                report.precisionWithinRadius(),
                figure(new DchRadius(2).measure(retrieval, OptionalInt.empty()), "precision_at_radius_2"),
                ROUNDING);
    }

    @Test
    void conventionsAreFoundByNameAndSayWhatIsDifferent() {
        for (Convention convention : Convention.all()) {
            assertEquals(convention, Convention.named(convention.name()));
            assertTrue(convention.differences().size() >= 3, convention.name());
            assertTrue(convention.source().length() > 10, convention.name());
        }
        assertEquals(
                "convention: expected one of deephash-pytorch, hashnet, dcmh, dch-radius, callHLLabel, found 'mine'",
                Failure.of(() -> Convention.named("mine")));
        Case c = Case.random(new Random(3));
        Retrieval retrieval = new Retrieval(c.query(), c.queryLabels(), c.database(), c.databaseLabels());
        assertEquals("convention: N is 0; need N >= 1", Failure.of(() -> new HashNetEvaluation()
                .measure(retrieval, OptionalInt.of(0))));
    }
}
