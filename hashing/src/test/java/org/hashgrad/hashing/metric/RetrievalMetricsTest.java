package org.hashgrad.hashing.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.Split;
import org.junit.jupiter.api.Test;

final class RetrievalMetricsTest {
    private static final double ROUNDING = 1e-13;

    @Test
    void everyFigureEqualsANaiveImplementation() {
        Random random = new Random(11);
        for (int run = 0; run < 2000; run++) {
            Case c = Case.random(random);
            int radius = random.nextInt(4);
            int n = 1 + random.nextInt(30);
            RetrievalReport report = new RetrievalMetrics(List.of(n), radius, 1 + run % 3)
                    .evaluate(c.query(), c.queryLabels(), c.database(), c.databaseLabels());
            Naive naive = new Naive(c);
            assertEquals(naive.stable(), report.meanAveragePrecisionStable(), ROUNDING);
            assertEquals(naive.within(radius), report.precisionWithinRadius(), ROUNDING);
            assertEquals(naive.empty(radius), report.emptyWithinRadius(), ROUNDING);
            assertEquals(naive.withoutRelevant(), report.queriesWithoutRelevant());
            for (int r = 0; r <= c.query().bits(); r++) {
                assertEquals(naive.microPrecision(r), report.curvePrecision().get(r), ROUNDING);
                assertEquals(naive.microRecall(r), report.curveRecall().get(r), ROUNDING);
            }
            assertEquals(naive.ideal(1), report.meanAveragePrecisionBest(), ROUNDING);
            assertEquals(naive.ideal(-1), report.meanAveragePrecisionWorst(), ROUNDING);
            double averaged = naive.meanOfHistograms(RankingHistogram::averagePrecision);
            assertEquals(averaged, report.meanAveragePrecision(), ROUNDING);
            double top = naive.meanOfHistograms(histogram -> histogram.precisionAt(n));
            assertEquals(top, report.precisionAt().getOrDefault(n, -1.0), ROUNDING);
        }
    }

    @Test
    void figuresWithinARadiusAndBothMacroCurvesEqualANaiveImplementation() {
        Random random = new Random(14);
        for (int run = 0; run < 2000; run++) {
            Case c = Case.random(random);
            int radius = random.nextInt(4);
            RetrievalReport report = new RetrievalMetrics(List.of(3), radius, 1 + run % 3)
                    .evaluate(c.query(), c.queryLabels(), c.database(), c.databaseLabels());
            Naive naive = new Naive(c);
            String at = "_at_radius_" + radius;
            assertEquals(naive.withinAnswered(radius), report.mean("precision" + at + "_answered"), ROUNDING);
            assertEquals(naive.recallWithin(radius), report.mean("recall" + at), ROUNDING);
            double micro = naive.microPrecision(radius);
            double recall = naive.microRecall(radius);
            assertEquals(micro, report.mean("precision" + at + "_micro"), ROUNDING);
            assertEquals(
                    micro + recall == 0 ? 0 : 2 * micro * recall / (micro + recall), report.mean("f" + at), ROUNDING);
            assertEquals(
                    naive.meanOfHistograms(histogram -> histogram.averagePrecisionWithin(radius)),
                    report.mean("mAP" + at),
                    ROUNDING);
            assertEquals(
                    naive.meanOfHistograms(histogram -> histogram.recallAt(3)), report.mean("recall_at_N.3"), ROUNDING);
            for (int r = 0; r <= c.query().bits(); r++) {
                assertEquals(naive.within(r), report.macro().precision().get(r), ROUNDING);
                assertEquals(naive.recallWithin(r), report.macro().recall().get(r), ROUNDING);
            }
            for (int p = 0; p < report.byRank().at().size(); p++) {
                int rank = report.byRank().at().get(p);
                assertEquals(p + 1, rank, "with fewer than a hundred items every rank is a point");
                assertEquals(
                        naive.meanOfHistograms(histogram -> histogram.precisionAt(rank)),
                        report.byRank().precision().get(p),
                        ROUNDING);
                assertEquals(
                        naive.meanOfHistograms(histogram -> histogram.recallAt(rank)),
                        report.byRank().recall().get(p),
                        ROUNDING);
            }
        }
    }

    @Test
    void meanAveragePrecisionAtNHasItsFourMeanings() {
        Random random = new Random(15);
        for (int run = 0; run < 2000; run++) {
            Case c = Case.random(random);
            int n = 1 + random.nextInt(25);
            RetrievalReport report = new RetrievalMetrics(List.of(), List.of(n), 2, 1)
                    .evaluate(c.query(), c.queryLabels(), c.database(), c.databaseLabels());
            Naive naive = new Naive(c);
            double answered = naive.meanOfHistograms(histogram -> AveragePrecisionAt.chanceOfAHit(histogram, n));
            for (AveragePrecisionAt meaning : AveragePrecisionAt.values()) {
                double expected = naive.meanOfHistograms(histogram -> meaning.of(histogram, n));
                double found = report.mean("mAP_at_N." + n + "." + meaning.key());
                if (meaning != AveragePrecisionAt.ANSWERED) {
                    assertEquals(expected, found, ROUNDING);
                } else if (c.query().count() == 1) {
                    assertEquals(expected, found, ROUNDING, "of one query, orders without a hit count 0");
                } else {
                    assertTrue(found >= expected - ROUNDING && (answered < 1 || found <= expected + ROUNDING));
                }
            }
        }
    }

    @Test
    void withoutTheStableOrderEverythingElseIsTheSame() {
        Random random = new Random(18);
        for (int run = 0; run < 50; run++) {
            Case c = Case.random(random);
            RetrievalReport whole = report(c, 1);
            RetrievalReport without = RetrievalMetrics.standard(1)
                    .withoutStableOrder()
                    .evaluate(c.query(), c.queryLabels(), c.database(), c.databaseLabels());
            Map<String, Double> left = new HashMap<>(whole.means());
            left.remove("mAP_stable");
            assertEquals(left, without.means());
            assertEquals(whole.micro(), without.micro());
            assertEquals(whole.byRank(), without.byRank());
        }
    }

    @Test
    void theAreaUnderACurveIsThatOfItsTrapezoids() {
        Curve curve = new Curve(List.of(0, 1, 2, 3), List.of(0.0, 1.0, 0.5, 0.5), List.of(0.0, 0.25, 0.75, 1.0));
        assertEquals(0.25 * 1 + 0.5 * 0.75 + 0.25 * 0.5, curve.area(), ROUNDING);
        assertEquals(List.of(0.0, 0.4, 0.6, 2 / 3.0), curve.fMeasure());
        assertEquals(
                1.0, new Curve(List.of(0), List.of(1.0), List.of(1.0)).area(), "all relevant items before all others");
    }

    @Test
    void theIntervalOfAnsweredIsThatOfItsFigureAndNotOfTheValuesOfQueriesThatHardlyEverAnswer() {
        List<Double> chances = new ArrayList<>();
        List<Double> given = new ArrayList<>();
        for (int q = 0; q < 200; q++) {
            boolean rare = q % 2 == 0;
            chances.add(rare ? 0.01 : 1.0);
            given.add(rare ? 1.0 : 0.2 + 0.001 * (q % 10));
        }
        String key = "mAP_at_N.5.answered";
        PerQuery perQuery = new PerQuery(Map.of(key, given), Map.of(key, chances));
        double figure = Objects.requireNonNull(perQuery.means().get(key));
        PerQuery.Interval interval =
                Objects.requireNonNull(perQuery.intervals(0.95, 400, 7).get(key));
        assertEquals(0.21, figure, 0.01);
        assertTrue(interval.low() < figure && figure < interval.high(), interval + " around " + figure);
        assertTrue(interval.high() < 0.25, interval::toString);
    }

    @Test
    void bootstrapIntervalsHoldTheMeanAndAreRepeatable() {
        Random random = new Random(16);
        Codes query = Codes.fromReal(random.doubles(200 * 12, -1, 1).toArray(), 200, 12);
        Codes database = Codes.fromReal(random.doubles(400 * 12, -1, 1).toArray(), 400, 12);
        RetrievalReport report = RetrievalMetrics.standard(2)
                .evaluate(
                        query,
                        ClassLabels.of(random.ints(200, 0, 5).toArray()),
                        database,
                        ClassLabels.of(random.ints(400, 0, 5).toArray()));
        Map<String, PerQuery.Interval> intervals = report.perQuery().intervals(0.95, 400, 7);
        assertEquals(intervals, report.perQuery().intervals(0.95, 400, 7));
        assertEquals(report.perQuery().values().keySet(), intervals.keySet());
        List<Double> values = Objects.requireNonNull(report.perQuery().values().get("mAP"));
        double mean = report.meanAveragePrecision();
        double variance = values.stream()
                .mapToDouble(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow();
        double expected = 1.96 * Math.sqrt(variance / values.size());
        PerQuery.Interval interval = Objects.requireNonNull(intervals.get("mAP"));
        assertEquals(mean - expected, interval.low(), 0.2 * expected, "normal approximation");
        assertEquals(mean + expected, interval.high(), 0.2 * expected, "normal approximation");
    }

    @Test
    void severalWordsOfCodesAndLabelsAreCountedAsOne() {
        Random random = new Random(17);
        for (int bits : new int[] {1, 63, 64, 65, 128, 200}) {
            int classes = bits + 1;
            Case c = new Case(
                    Codes.fromReal(random.doubles(5L * bits, -1, 1).toArray(), 5, bits),
                    MultiLabels.ofRows(random.ints(5L * classes, 0, 2).toArray(), classes),
                    Codes.fromReal(random.doubles(1100L * bits, -1, 1).toArray(), 1100, bits),
                    MultiLabels.ofRows(
                            random.ints(1100L * classes, 0, 40).map(v -> v / 39).toArray(), classes));
            RetrievalReport report = report(c, 2);
            Naive naive = new Naive(c);
            assertEquals(naive.stable(), report.meanAveragePrecisionStable(), ROUNDING);
            assertEquals(
                    naive.meanOfHistograms(RankingHistogram::averagePrecision),
                    report.meanAveragePrecision(),
                    ROUNDING);
        }
    }

    @Test
    void realRankingOfSignsIsHammingRankingInEveryFigure() {
        Random random = new Random(12);
        for (int run = 0; run < 2000; run++) {
            Case c = Case.random(random);
            RetrievalMetrics metrics = new RetrievalMetrics(List.of(1, 3, 7), random.nextInt(4), 1 + run % 2);
            assertEquals(
                    metrics.evaluate(c.query(), c.queryLabels(), c.database(), c.databaseLabels()),
                    metrics.evaluate(
                            RelaxedCodes.of(c.query()),
                            c.queryLabels(),
                            RelaxedCodes.of(c.database()),
                            c.databaseLabels()));
        }
    }

    /** Values from a grid of five, so that inner products are exact and often equal. */
    private static RelaxedCodes coarse(Random random, int count, int bits) {
        float[] values = new float[count * bits];
        for (int at = 0; at < values.length; at++) {
            values[at] = (random.nextInt(5) - 2) / 2f;
        }
        return new RelaxedCodes(values, count, bits);
    }

    @Test
    void realRankingEqualsANaiveImplementationWithItsTies() {
        Random random = new Random(13);
        int ties = 0;
        for (int run = 0; run < 2000; run++) {
            Case c = Case.random(random);
            int bits = c.query().bits();
            RelaxedCodes query = coarse(random, c.query().count(), bits);
            RelaxedCodes database = coarse(random, c.database().count(), bits);
            int n = 1 + random.nextInt(12);
            int radius = random.nextInt(3);
            RetrievalReport report = new RetrievalMetrics(List.of(n), radius, 1)
                    .evaluate(query, c.queryLabels(), database, c.databaseLabels());
            NaiveReal naive = new NaiveReal(query, c.queryLabels(), database, c.databaseLabels());
            ties += naive.ties();
            assertEquals(naive.tieAveraged(), report.meanAveragePrecision(), ROUNDING);
            assertEquals(naive.stable(), report.meanAveragePrecisionStable(), ROUNDING);
            assertEquals(naive.precisionAt(n), report.precisionAt().getOrDefault(n, -1.0), ROUNDING);
            assertEquals(naive.within(radius), report.precisionWithinRadius(), ROUNDING);
            assertEquals(1.0, report.curveRecall().get(bits) + (naive.noneRelevant() ? 1 : 0), ROUNDING);
        }
        assertTrue(ties > 1000, "ties: " + ties);
    }

    @Test
    void outputsThatAreNoNumbersAreRefusedWithTheirPlace() {
        assertEquals(
                "relaxed codes: value at row 1, bit 0 is NaN; need finite numbers",
                Failure.of(() -> new RelaxedCodes(new float[] {1, 2, Float.NaN, 4}, 2, 2)));
    }

    @Test
    void withoutTiesEveryOrderIsTheSameAndTheValueIsTextbook() {
        Codes query = Codes.fromReal(new double[] {1, 1, 1, 1}, 1, 4);
        Codes database = Codes.fromReal(new double[] {1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1, -1, 1, 1, -1, -1}, 4, 4);
        RetrievalReport report = new RetrievalMetrics(List.of(1, 2, 8), 2, 1)
                .evaluate(query, ClassLabels.of(7), database, ClassLabels.of(7, 7, 3, 7));
        double expected = (1 + 2 / 3.0 + 3 / 4.0) / 3;
        assertEquals(expected, report.meanAveragePrecision(), ROUNDING);
        assertEquals(expected, report.meanAveragePrecisionBest(), ROUNDING);
        assertEquals(expected, report.meanAveragePrecisionWorst(), ROUNDING);
        assertEquals(expected, report.meanAveragePrecisionStable(), ROUNDING);
        assertEquals(2 / 3.0, report.precisionWithinRadius());
        assertEquals(Map.of(1, 1.0, 2, 0.5, 8, 3 / 8.0), report.precisionAt());
        assertEquals(List.of(1.0, 0.5, 2 / 3.0, 3 / 4.0, 3 / 4.0), report.curvePrecision());
        assertEquals(List.of(1 / 3.0, 1 / 3.0, 2 / 3.0, 1.0, 1.0), report.curveRecall());
    }

    @Test
    void radiusBeyondTheCodeLengthIsEverything() {
        Codes codes = Codes.fromReal(new double[] {1, -1}, 2, 1);
        Labels labels = ClassLabels.of(0, 1);
        RetrievalReport report = new RetrievalMetrics(List.of(5), 9, 1).evaluate(codes, labels, codes, labels);
        assertEquals(0.5, report.precisionWithinRadius());
        assertEquals(0.2, report.precisionAt().getOrDefault(5, -1.0));
    }

    @Test
    void queriesWithoutRelevantItemsCountZeroAndAreReported() {
        Codes codes = Codes.fromReal(new double[] {1, 1, 1, 1}, 2, 2);
        MultiLabels query = MultiLabels.ofRows(new int[] {0, 0, 1, 0}, 2);
        RetrievalReport report = RetrievalMetrics.standard(1)
                .evaluate(codes, query, codes, MultiLabels.ofRows(new int[] {1, 0, 1, 1}, 2));
        assertEquals(1, report.queriesWithoutRelevant());
        assertEquals(0.5, report.meanAveragePrecision());
        assertEquals(0.5, report.precisionWithinRadius());
        RetrievalReport none =
                RetrievalMetrics.standard(1).evaluate(codes, query, codes, MultiLabels.ofRows(new int[4], 2));
        assertEquals(2, none.queriesWithoutRelevant());
        assertEquals(0, none.meanAveragePrecision());
        assertEquals(List.of(0.0, 0.0, 0.0), none.curveRecall());
    }

    @Test
    void flippingAndPermutingBitsAndRenamingClassesChangesNothing() {
        Random random = new Random(3);
        for (int run = 0; run < 50; run++) {
            Case c = Case.random(random);
            int bits = c.query().bits();
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, bits).boxed().toList());
            Collections.shuffle(order, random);
            double[] flip = random.doubles(bits, -1, 1).map(Math::signum).toArray();
            Case changed = new Case(
                    changed(c.query(), order, flip),
                    c.queryLabels(),
                    changed(c.database(), order, flip),
                    c.databaseLabels());
            assertEquals(report(c, 1), report(changed, 1));
        }
        Codes codes = Codes.fromReal(random.doubles(60, -1, 1).toArray(), 20, 3);
        int[] classes = random.ints(20, 0, 4).toArray();
        int[] renamed = IntStream.of(classes).map(k -> (k * 3 + 1) % 4 + 10).toArray();
        assertEquals(
                report(new Case(codes, ClassLabels.of(classes), codes, ClassLabels.of(classes)), 1),
                report(new Case(codes, ClassLabels.of(renamed), codes, ClassLabels.of(renamed)), 1));
    }

    @Test
    void theOrderOfTheDatabaseChangesOnlyTheStableOrder() {
        Random random = new Random(4);
        boolean stableChanged = false;
        for (int run = 0; run < 50; run++) {
            Case c = Case.random(random);
            List<Integer> order = new ArrayList<>(
                    IntStream.range(0, c.database().count()).boxed().toList());
            Collections.shuffle(order, random);
            int[] rows = order.stream().mapToInt(Integer::intValue).toArray();
            Case shuffled = new Case(
                    c.query(),
                    c.queryLabels(),
                    select(c.database(), rows),
                    c.databaseLabels().select(rows));
            Map<String, Object> before = new HashMap<>(report(c, 1).toMap());
            Map<String, Object> after = new HashMap<>(report(shuffled, 1).toMap());
            stableChanged |= !Objects.equals(before.remove("mAP_stable"), after.remove("mAP_stable"));
            assertEquals(before, after);
        }
        assertTrue(stableChanged);
    }

    @Test
    void threadsChangeNoBit() {
        Random random = new Random(8);
        Codes query = Codes.fromReal(random.doubles(101 * 12, -1, 1).toArray(), 101, 12);
        Codes database = Codes.fromReal(random.doubles(300 * 12, -1, 1).toArray(), 300, 12);
        Case c = new Case(
                query,
                ClassLabels.of(random.ints(101, 0, 5).toArray()),
                database,
                ClassLabels.of(random.ints(300, 0, 5).toArray()));
        RetrievalReport one = report(c, 1);
        for (int threads : new int[] {2, 3, 8, 200}) {
            assertEquals(one, report(c, threads));
        }
    }

    /** The expected figures were computed by an independent NumPy program in extended precision from the same codes. */
    @Test
    void randomCodesOnTheEmbeddedSplitScoreChance() {
        Split split = FashionMnist.embedded();
        RetrievalReport report = RetrievalMetrics.standard(2)
                .evaluate(
                        scrambled(1000, 0),
                        split.query().labels(),
                        scrambled(5000, 1000),
                        split.database().labels());
        assertEquals(0.10, report.meanAveragePrecision(), 0.005);
        assertEquals(0.1014037778354541, report.meanAveragePrecision(), 1e-14);
        assertEquals(0.11579557785899394, report.meanAveragePrecisionBest(), 1e-14);
        assertEquals(0.09104682641184002, report.meanAveragePrecisionWorst(), 1e-14);
        assertEquals(0.10141411836938466, report.meanAveragePrecisionStable(), 1e-14);
        assertEquals(0.1000410306822548, report.precisionAt().getOrDefault(100, -1.0), 1e-14);
        assertEquals(1.0, report.emptyWithinRadius());
        assertEquals(0, report.precisionWithinRadius());
        assertEquals(0.1, report.curvePrecision().get(48), 1e-15);
        assertEquals(0.09985247513932903, report.curvePrecision().get(16), 1e-15);
    }

    @Test
    void theMapHasTheKeysOfTheMetricsFile() {
        Codes codes = Codes.fromReal(new double[] {1, -1}, 2, 1);
        Labels labels = ClassLabels.of(0, 1);
        Map<String, Object> map = new RetrievalMetrics(List.of(100, 5), List.of(1), 2, 1)
                .evaluate(codes, labels, codes, labels)
                .toMap();
        assertEquals(
                "{mAP=1.0, mAP_best=1.0, mAP_worst=1.0, mAP_stable=1.0, "
                        + "mAP_at_N={1={hits=1.0, answered=1.0, first_relevant=1.0, all_relevant=1.0}}, "
                        + "precision_at_radius_2=0.5, empty_at_radius_2=0.0, precision_at_radius_2_micro=0.5, "
                        + "f_at_radius_2=0.6666666666666666, precision_at_radius_2_answered=0.5, "
                        + "recall_at_radius_2=1.0, mAP_at_radius_2=1.0, precision_at_N={5=0.2, 100=0.01}, "
                        + "recall_at_N={5=1.0, 100=1.0}, "
                        + "pr_by_radius={radius=[0, 1], precision=[1.0, 0.5], recall=[1.0, 1.0], "
                        + "f_measure=[1.0, 0.6666666666666666], area=1.0, average=micro}, "
                        + "pr_by_radius_macro={radius=[0, 1], precision=[1.0, 0.5], recall=[1.0, 1.0], "
                        + "f_measure=[1.0, 0.6666666666666666], area=1.0, average=macro}, "
                        + "pr_by_rank={rank=[1, 2], precision=[1.0, 0.5], recall=[1.0, 1.0], "
                        + "f_measure=[1.0, 0.6666666666666666], area=1.0, average=macro}, "
                        + "bits=1, queries=2, queries_without_relevant=0, database=2}",
                map.toString());
    }

    @Test
    void inconsistentInputsAreNamed() {
        Codes two = Codes.fromReal(new double[4], 2, 2);
        Codes wide = Codes.fromReal(new double[6], 2, 3);
        Codes none = Codes.fromReal(new double[0], 0, 2);
        Labels labels = ClassLabels.of(0, 1);
        RetrievalMetrics metrics = RetrievalMetrics.standard(1);
        assertEquals(
                "retrieval: query has 2 codes and 1 labels, database 2 codes and 2 labels; need equally many of both",
                Failure.of(() -> metrics.evaluate(two, ClassLabels.of(0), two, labels)));
        assertEquals(
                "retrieval: query has 2 codes and 2 labels, database 2 codes and 3 labels; need equally many of both",
                Failure.of(() -> metrics.evaluate(two, labels, two, ClassLabels.of(0, 1, 2))));
        assertEquals(
                "retrieval: query codes have 2 bits, database codes 3; need equally many",
                Failure.of(() -> metrics.evaluate(two, labels, wide, labels)));
        assertEquals(
                "retrieval: query has 2 codes, database 0; need at least 1 of each",
                Failure.of(() -> metrics.evaluate(two, labels, none, ClassLabels.of())));
        assertEquals(
                "similarity: labels are not comparable: classes (2) against 0/1 rows (2, 1); "
                        + "need classes on both sides, or 0/1 rows with equally many columns",
                Failure.of(() -> metrics.evaluate(two, labels, two, MultiLabels.ofRows(new int[2], 1))));
        assertEquals(
                "retrieval: N of precision@N is 0; need N >= 1",
                Failure.of(() -> new RetrievalMetrics(List.of(0), 2, 1)));
        assertEquals(
                "retrieval: radius is -1 and threads is 1; need radius >= 0, threads >= 1",
                Failure.of(() -> new RetrievalMetrics(List.of(), -1, 1)));
        assertEquals(
                "retrieval: radius is 2 and threads is 0; need radius >= 0, threads >= 1",
                Failure.of(() -> RetrievalMetrics.standard(0)));
    }

    private static RetrievalReport report(Case c, int threads) {
        return RetrievalMetrics.standard(threads)
                .evaluate(c.query(), c.queryLabels(), c.database(), c.databaseLabels());
    }

    private static Codes changed(Codes codes, List<Integer> order, double[] flip) {
        double[] signs = codes.toSigns();
        int bits = codes.bits();
        return Codes.fromReal(
                index -> signs[index - index % bits + order.get(index % bits)] * flip[index % bits],
                codes.count(),
                bits);
    }

    private static Codes select(Codes codes, int[] rows) {
        double[] signs = codes.toSigns();
        int bits = codes.bits();
        return Codes.fromReal(index -> signs[rows[index / bits] * bits + index % bits], rows.length, bits);
    }

    /** 48-bit codes: bit b of code i is bit b of SplitMix64's output number first + i. */
    private static Codes scrambled(int count, int first) {
        return Codes.fromReal(
                index -> {
                    long z = (first + index / 48 + 1) * 0x9e3779b97f4a7c15L;
                    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
                    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
                    return ((z ^ z >>> 31) >>> index % 48 & 1) == 1 ? 1 : -1;
                },
                count,
                48);
    }
}
