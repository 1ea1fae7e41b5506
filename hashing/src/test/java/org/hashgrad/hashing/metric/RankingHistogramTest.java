package org.hashgrad.hashing.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.hashgrad.hashing.data.Failure;
import org.junit.jupiter.api.Test;

/** Every measure against the enumeration of all orders of the items at equal distance. */
final class RankingHistogramTest {
    private static final double ROUNDING = 1e-14;

    @Test
    void averagePrecisionIsTheMeanOverAllOrdersAndTheBoundsAreItsExtremes() {
        forRandomHistograms((histogram, orders) -> {
            DoubleSummaryStatistics over = statistics(orders, RankingHistogramTest::averagePrecision);
            assertEquals(over.getAverage(), histogram.averagePrecision(), ROUNDING);
            assertEquals(over.getMax(), histogram.bestAveragePrecision(), ROUNDING);
            assertEquals(over.getMin(), histogram.worstAveragePrecision(), ROUNDING);
        });
    }

    @Test
    void precisionOfTheFirstNIsTheMeanOverAllOrders() {
        forRandomHistograms((histogram, orders) -> {
            for (int n = 1; n <= 11; n++) {
                int topN = n;
                DoubleSummaryStatistics over = statistics(orders, order -> hitsAmong(order, topN) / (double) topN);
                assertEquals(over.getAverage(), histogram.precisionAt(n), ROUNDING);
            }
        });
    }

    @Test
    void recallOfTheFirstNIsTheMeanOverAllOrders() {
        forRandomHistograms((histogram, orders) -> {
            for (int n = 1; n <= 11; n++) {
                int topN = n;
                double relevant = Math.max(1, histogram.relevantCount());
                DoubleSummaryStatistics over = statistics(orders, order -> hitsAmong(order, topN) / relevant);
                assertEquals(over.getAverage(), histogram.recallAt(n), ROUNDING);
            }
        });
    }

    @Test
    void averagePrecisionWithinARadiusIsThatOfTheBallAlone() {
        forRandomHistograms((histogram, orders) -> {
            for (int r = 0; r < 5; r++) {
                int ball = histogram.retrievedWithin(r);
                DoubleSummaryStatistics over =
                        statistics(orders, order -> averagePrecision(Arrays.copyOf(order, ball)));
                assertEquals(over.getAverage(), histogram.averagePrecisionWithin(r), ROUNDING);
                assertEquals(
                        histogram.hitsWithin(r) / Math.max(1.0, histogram.relevantCount()), histogram.recallWithin(r));
            }
        });
    }

    @Test
    void largeGroupsAreSummedInConstantTimeToTheLastDigits() {
        Random random = new Random(6);
        for (int run = 0; run < 300; run++) {
            long before = (long) Math.pow(10, random.nextDouble() * 6);
            long n = 1 + (long) Math.pow(10, random.nextDouble() * 4);
            double a = random.nextInt(1000) + 1;
            double s = random.nextDouble();
            BigDecimal exact = BigDecimal.ZERO;
            for (long t = 1; t <= n; t++) {
                exact = exact.add(BigDecimal.valueOf(a)
                        .add(BigDecimal.valueOf(s).multiply(BigDecimal.valueOf(t - 1)))
                        .divide(BigDecimal.valueOf(before + t), new MathContext(25)));
            }
            double scale = exact.doubleValue() + s * n + a * n / (double) (before + n);
            assertEquals(exact.doubleValue(), RankSums.overRanks(a, s, before, n), 4e-16 * scale + 1e-15);
        }
    }

    @Test
    void shardsOfADatabaseAddUpToItsHistogram() {
        forRandomHistograms((histogram, orders) -> {
            int[] empty = new int[histogram.total().length];
            RankingHistogram sum = new RankingHistogram(empty, empty);
            for (int d = 0; d < empty.length; d++) {
                for (int j = 0; j < histogram.total()[d]; j++) {
                    int[] one = new int[empty.length];
                    int[] hit = new int[empty.length];
                    one[d] = 1;
                    hit[d] = j < histogram.relevant()[d] ? 1 : 0;
                    sum = sum.plus(new RankingHistogram(one, hit));
                }
            }
            assertArrayEquals(histogram.total(), sum.total());
            assertArrayEquals(histogram.relevant(), sum.relevant());
        });
        assertEquals("ranking: shards have 1 and 2 distances; need equally many", Failure.of(() -> new RankingHistogram(
                        new int[1], new int[1])
                .plus(new RankingHistogram(new int[2], new int[2]))));
    }

    @Test
    void precisionWithinARadiusCountsTheBall() {
        RankingHistogram histogram = new RankingHistogram(new int[] {0, 2, 0, 4}, new int[] {0, 1, 0, 4});
        assertEquals(0, histogram.precisionWithin(0), "empty ball");
        assertEquals(0, histogram.retrievedWithin(0));
        assertEquals(0.5, histogram.precisionWithin(1));
        assertEquals(0.5, histogram.precisionWithin(2));
        assertEquals(5 / 6.0, histogram.precisionWithin(3));
        assertEquals(5 / 6.0, histogram.precisionWithin(100));
        assertEquals(1, histogram.hitsWithin(2));
        assertEquals(5, histogram.relevantCount());
    }

    @Test
    void aQueryWithoutRelevantItemsHasZeroInEveryForm() {
        RankingHistogram histogram = new RankingHistogram(new int[] {1, 3}, new int[] {0, 0});
        assertEquals(0, histogram.averagePrecision());
        assertEquals(0, histogram.bestAveragePrecision());
        assertEquals(0, histogram.worstAveragePrecision());
        assertEquals(0, histogram.precisionAt(2));
        assertEquals(0, histogram.precisionWithin(1));
    }

    @Test
    void theWorkedExampleHasItsEnumeratedValues() {
        RankingHistogram histogram = new RankingHistogram(new int[] {3, 4, 2}, new int[] {1, 2, 1});
        List<boolean[]> orders = orders(histogram);
        assertEquals(3 * 6 * 2, orders.size());
        DoubleSummaryStatistics over = statistics(orders, RankingHistogramTest::averagePrecision);
        assertEquals(over.getAverage(), histogram.averagePrecision(), ROUNDING);
        assertTrue(histogram.worstAveragePrecision() < histogram.averagePrecision());
        assertTrue(histogram.averagePrecision() < histogram.bestAveragePrecision());
    }

    @Test
    void badCountsAreNamed() {
        assertEquals(
                "ranking: total and relevant have lengths 2 and 1; need equal lengths >= 1",
                Failure.of(() -> new RankingHistogram(new int[2], new int[1])));
        assertEquals(
                "ranking: total and relevant have lengths 0 and 0; need equal lengths >= 1",
                Failure.of(() -> new RankingHistogram(new int[0], new int[0])));
        assertEquals(
                "ranking: at distance 1 3 of 2 items are relevant; need 0 to 2",
                Failure.of(() -> new RankingHistogram(new int[] {1, 2}, new int[] {1, 3})));
        assertEquals(
                "ranking: at distance 0 -1 of 1 items are relevant; need 0 to 1",
                Failure.of(() -> new RankingHistogram(new int[] {1}, new int[] {-1})));
        RankingHistogram histogram = new RankingHistogram(new int[] {1}, new int[] {1});
        assertEquals("precision@N: N is 0; need N >= 1", Failure.of(() -> histogram.precisionAt(0)));
        assertEquals("radius is -1; need radius >= 0", Failure.of(() -> histogram.precisionWithin(-1)));
    }

    interface Check {
        void run(RankingHistogram histogram, List<boolean[]> orders);
    }

    static void forRandomHistograms(Check check) {
        Random random = new Random(5);
        for (int run = 0; run < 400; run++) {
            int[] total = new int[1 + random.nextInt(4)];
            int[] relevant = new int[total.length];
            int items = random.nextInt(9);
            double density = random.nextDouble();
            for (int i = 0; i < items; i++) {
                int d = random.nextInt(total.length);
                total[d]++;
                relevant[d] += random.nextDouble() < density ? 1 : 0;
            }
            RankingHistogram histogram = new RankingHistogram(total, relevant);
            check.run(histogram, orders(histogram));
        }
    }

    static DoubleSummaryStatistics statistics(List<boolean[]> orders, ToDoubleFunction<boolean[]> measure) {
        return orders.stream().mapToDouble(measure).summaryStatistics();
    }

    /** All relevance patterns of the whole list, each as often as any other among all permutations within the ties. */
    static List<boolean[]> orders(RankingHistogram histogram) {
        List<boolean[]> orders = List.of(new boolean[0]);
        for (int d = 0; d < histogram.total().length; d++) {
            List<boolean[]> longer = new ArrayList<>();
            for (boolean[] order : orders) {
                for (int pattern = 0; pattern < 1 << histogram.total()[d]; pattern++) {
                    if (Integer.bitCount(pattern) == histogram.relevant()[d]) {
                        longer.add(append(order, pattern, histogram.total()[d]));
                    }
                }
            }
            orders = longer;
        }
        return orders;
    }

    private static boolean[] append(boolean[] order, int pattern, int length) {
        boolean[] longer = Arrays.copyOf(order, order.length + length);
        for (int t = 0; t < length; t++) {
            longer[order.length + t] = (pattern >> t & 1) != 0;
        }
        return longer;
    }

    static double averagePrecision(boolean[] order) {
        double sum = 0;
        for (int r = 1; r <= order.length; r++) {
            sum += order[r - 1] ? hitsAmong(order, r) / (double) r : 0;
        }
        int relevant = hitsAmong(order, order.length);
        return relevant == 0 ? 0 : sum / relevant;
    }

    static int hitsAmong(boolean[] order, int topN) {
        int hits = 0;
        for (int r = 0; r < topN && r < order.length; r++) {
            hits += order[r] ? 1 : 0;
        }
        return hits;
    }
}
