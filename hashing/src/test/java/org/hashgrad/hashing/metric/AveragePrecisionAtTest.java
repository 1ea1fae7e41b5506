package org.hashgrad.hashing.metric;

import static org.hashgrad.hashing.metric.RankingHistogramTest.averagePrecision;
import static org.hashgrad.hashing.metric.RankingHistogramTest.forRandomHistograms;
import static org.hashgrad.hashing.metric.RankingHistogramTest.hitsAmong;
import static org.hashgrad.hashing.metric.RankingHistogramTest.statistics;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hashgrad.hashing.data.Failure;
import org.junit.jupiter.api.Test;

/** Each meaning of AP@N against its definition in every order of the ties. */
final class AveragePrecisionAtTest {
    private static final double ROUNDING = 1e-13;

    @Test
    void dividedByTheHitsItIsTheMeanOverAllOrders() {
        forRandomHistograms((histogram, orders) -> {
            for (int n = 1; n <= 11; n++) {
                int topN = n;
                double mean = statistics(orders, order -> averagePrecision(cut(order, topN)))
                        .getAverage();
                assertEquals(mean, AveragePrecisionAt.HITS.of(histogram, n), ROUNDING);
                assertEquals(mean, AveragePrecisionAt.ANSWERED.of(histogram, n), ROUNDING);
                double answered = statistics(orders, order -> hitsAmong(order, topN) > 0 ? 1 : 0)
                        .getAverage();
                assertEquals(answered, AveragePrecisionAt.chanceOfAHit(histogram, n), ROUNDING);
            }
        });
    }

    @Test
    void dividedByAllRelevantItemsItIsTheMeanOverAllOrders() {
        forRandomHistograms((histogram, orders) -> {
            for (int n = 1; n <= 11; n++) {
                int topN = n;
                double relevant = Math.max(1, histogram.relevantCount());
                double mean = statistics(orders, order -> {
                            boolean[] list = cut(order, topN);
                            return averagePrecision(list) * hitsAmong(list, topN) / relevant;
                        })
                        .getAverage();
                assertEquals(mean, AveragePrecisionAt.ALL_RELEVANT.of(histogram, n), ROUNDING);
            }
        });
    }

    @Test
    void ofTheFirstRelevantItemsItIsTheMeanOverAllOrders() {
        forRandomHistograms((histogram, orders) -> {
            for (int n = 1; n <= 11; n++) {
                int topN = n;
                double mean = statistics(orders, order -> averagePrecision(upToRelevant(order, topN)))
                        .getAverage();
                assertEquals(mean, AveragePrecisionAt.FIRST_RELEVANT.of(histogram, n), ROUNDING);
            }
        });
    }

    @Test
    void eachMeaningInOneOrderIsItsDefinition() {
        Random random = new Random(8);
        for (int run = 0; run < 2000; run++) {
            boolean[] order = new boolean[1 + random.nextInt(12)];
            for (int i = 0; i < order.length; i++) {
                order[i] = random.nextInt(3) == 0;
            }
            int n = 1 + random.nextInt(15);
            double relevant = Math.max(1, hitsAmong(order, order.length));
            double hits = averagePrecision(cut(order, n));
            assertEquals(hits, AveragePrecisionAt.HITS.stable(order, n), ROUNDING);
            assertEquals(hits, AveragePrecisionAt.ANSWERED.stable(order, n), ROUNDING);
            assertEquals(
                    averagePrecision(upToRelevant(order, n)),
                    AveragePrecisionAt.FIRST_RELEVANT.stable(order, n),
                    ROUNDING);
            assertEquals(
                    hits * hitsAmong(order, n) / relevant, AveragePrecisionAt.ALL_RELEVANT.stable(order, n), ROUNDING);
        }
    }

    @Test
    void theMeanOfAnsweredQueriesIsTheMeanOverAllOrdersOfAllQueries() {
        List<RankingHistogram> queries = new ArrayList<>();
        List<List<boolean[]>> orders = new ArrayList<>();
        forRandomHistograms((histogram, all) -> {
            if (all.size() > 1 && all.size() < 12) {
                queries.add(histogram);
                orders.add(all);
            }
        });
        int partly = 0;
        for (int from = 0; from + 3 <= queries.size(); from += 3) {
            for (int n = 1; n <= 5; n++) {
                double[] chance = new double[3];
                double[] given = new double[3];
                for (int q = 0; q < 3; q++) {
                    chance[q] = AveragePrecisionAt.chanceOfAHit(queries.get(from + q), n);
                    given[q] = AveragePrecisionAt.ANSWERED.of(queries.get(from + q), n) / chance[q];
                    partly += chance[q] > 0 && chance[q] < 1 ? 1 : 0;
                }
                double sum = 0;
                int count = 0;
                for (boolean[] a : orders.get(from)) {
                    for (boolean[] b : orders.get(from + 1)) {
                        for (boolean[] c : orders.get(from + 2)) {
                            sum += answered(n, a, b, c);
                            count++;
                        }
                    }
                }
                assertEquals(sum / count, AveragePrecisionAt.meanOfAnswered(chance, given), ROUNDING);
            }
        }
        assertTrue(partly > 50, "uncertain queries: " + partly);
    }

    private static double answered(int n, boolean[]... orders) {
        double sum = 0;
        int answered = 0;
        for (boolean[] order : orders) {
            sum += averagePrecision(cut(order, n));
            answered += hitsAmong(order, n) > 0 ? 1 : 0;
        }
        return answered == 0 ? 0 : sum / answered;
    }

    @Test
    void theRatioOfExpectationsWouldBeTwiceAsLarge() {
        RankingHistogram histogram = new RankingHistogram(new int[] {2, 4}, new int[] {0, 1});
        double exact = AveragePrecisionAt.HITS.of(histogram, 4);
        double expectedHits = 2 / 4.0;
        double expectedSum = AveragePrecisionAt.ALL_RELEVANT.of(histogram, 4);
        assertEquals(2 * exact, expectedSum / expectedHits, ROUNDING);
        double enumerated = statistics(RankingHistogramTest.orders(histogram), order -> averagePrecision(cut(order, 4)))
                .getAverage();
        assertEquals((1 / 3.0 + 1 / 4.0) / 4, exact, ROUNDING);
        assertEquals(enumerated, exact, ROUNDING);
    }

    @Test
    void largeCutGroupsKeepTheirPrecision() {
        RankingHistogram histogram = new RankingHistogram(new int[] {40, 400_000}, new int[] {10, 60_000});
        double sum = 0;
        int draws = 300;
        Random random = new Random(1);
        boolean[] order = new boolean[histogram.total()[0] + histogram.total()[1]];
        for (int draw = 0; draw < draws; draw++) {
            fill(order, 0, 40, 10, random);
            fill(order, 40, 5000, 60_000 * 5000 / 400_000, random);
            sum += AveragePrecisionAt.HITS.stable(order, 5000);
        }
        double hits = AveragePrecisionAt.HITS.of(histogram, 5000);
        double all = AveragePrecisionAt.ALL_RELEVANT.of(histogram, 5000);
        assertEquals(sum / draws, hits, 0.01);
        assertEquals(hits * 760 / 60_010, all, 1e-4);
        double first = AveragePrecisionAt.FIRST_RELEVANT.of(histogram, 760);
        assertEquals(hits, first, 1e-3);
        assertEquals(histogram.averagePrecision(), AveragePrecisionAt.FIRST_RELEVANT.of(histogram, 60_010), ROUNDING);
        assertEquals(histogram.averagePrecision(), AveragePrecisionAt.HITS.of(histogram, 400_040), ROUNDING);
    }

    private static void fill(boolean[] order, int from, int length, int hits, Random random) {
        Arrays.fill(order, from, from + length, false);
        for (int h = 0; h < hits; ) {
            int at = from + random.nextInt(length);
            h += order[at] ? 0 : 1;
            order[at] = true;
        }
    }

    @Test
    void anNBelowOneIsNamed() {
        RankingHistogram histogram = new RankingHistogram(new int[] {1}, new int[] {1});
        assertEquals("AP@N: N is 0; need N >= 1", Failure.of(() -> AveragePrecisionAt.HITS.of(histogram, 0)));
        assertEquals(
                "AP@N: N is -1; need N >= 1",
                Failure.of(() -> AveragePrecisionAt.HITS.stable(new boolean[] {true}, -1)));
    }

    private static boolean[] cut(boolean[] order, int topN) {
        return Arrays.copyOf(order, Math.min(order.length, topN));
    }

    /** The list up to its n-th relevant item. */
    private static boolean[] upToRelevant(boolean[] order, int n) {
        int hits = 0;
        for (int i = 0; i < order.length; i++) {
            hits += order[i] ? 1 : 0;
            if (hits == n) {
                return Arrays.copyOf(order, i + 1);
            }
        }
        return order;
    }
}
