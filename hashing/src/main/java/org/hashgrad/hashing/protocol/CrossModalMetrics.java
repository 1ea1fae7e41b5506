package org.hashgrad.hashing.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.hashgrad.hashing.code.CodeUse;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;

/** The figures of retrieval between two media, by direction. */
public final class CrossModalMetrics {
    private static final List<Direction> ACROSS = List.of(Direction.IMAGE_TO_TEXT, Direction.TEXT_TO_IMAGE);

    /** The share of a medium's queries and items together from which on one code for them all says that it has collapsed. */
    private static final double COLLAPSED = 0.9;

    private CrossModalMetrics() {}

    static Split split(PairedSplit pairs, Medium medium) {
        return medium == Medium.IMAGE ? pairs.images() : pairs.texts();
    }

    /** Queries of one medium against the first database of the other or the same, in all four directions, by {@link Direction#key}. */
    public static Map<String, RetrievalReport> measure(PairedSplit pairs, PairCodes codes, int threads) {
        return measure(pairs, codes, RetrievalMetrics.standard(threads));
    }

    static Map<String, RetrievalReport> measure(PairedSplit pairs, PairCodes codes, RetrievalMetrics metrics) {
        return measure(pairs, codes, metrics, Direction.values());
    }

    private static Map<String, RetrievalReport> measure(
            PairedSplit pairs, PairCodes codes, RetrievalMetrics standard, Direction... directions) {
        Map<String, RetrievalReport> reports = new LinkedHashMap<>();
        for (Direction direction : directions) {
            SampleSet query = split(pairs, direction.query()).query();
            SampleSet database = split(pairs, direction.database()).database();
            reports.put(
                    direction.key(),
                    standard.evaluate(
                            codes.codes(direction.query(), query),
                            query.labels(),
                            codes.codes(direction.database(), database),
                            database.labels()));
        }
        return reports;
    }

    /** mAP of the two directions across media on the first database, by its key in {@code metrics.json}. */
    static Map<String, Double> acrossMedia(PairedSplit pairs, PairCodes codes, int threads) {
        Map<String, Double> figures = new LinkedHashMap<>();
        measure(pairs, codes, RetrievalMetrics.standard(threads), ACROSS.toArray(Direction[]::new))
                .forEach((direction, report) -> figures.put("mAP_" + direction, report.meanAveragePrecision()));
        return figures;
    }

    /**
     * The keys of {@code metrics.json}: the mean over both directions across media as {@code mAP}, then mAP, precision and empty balls of each
     * direction, and all figures of each under {@code by_direction}; of other databases the same under {@code by_database}.
     *
     * @param reports by database, the headline's first, and direction
     * @param under by database
     */
    static Map<String, Object> toMap(
            Map<String, Map<String, RetrievalReport>> reports, Map<String, MeasuredUnder> under) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        Map<String, Object> others = new LinkedHashMap<>();
        reports.forEach((set, byDirection) -> {
            Map<String, Object> figures = ofDatabase(byDirection, under.getOrDefault(set, MeasuredUnder.NOTHING));
            if (metrics.isEmpty()) {
                metrics.putAll(figures);
            } else {
                others.put(set, figures);
            }
        });
        metrics.put("by_database", others);
        RetrievalReport any =
                reports.values().iterator().next().values().iterator().next();
        metrics.put("bits", any.bits());
        metrics.put("queries", any.queries());
        metrics.put("queries_without_relevant", any.queriesWithoutRelevant());
        metrics.put("database", any.database());
        return metrics;
    }

    /**
     * What {@code metrics.json} has of the codes themselves: under {@code codes} by set how many differ and the share of the commonest; as
     * {@code collapsed} how many media have one code for {@value #COLLAPSED} of their queries and items of the headline together.
     *
     * @param of the codes of a medium, of {@code query} and of {@link Experiment#HEADLINE}
     */
    static Map<String, Object> ofCodes(BiFunction<Medium, String, Codes> of) {
        Map<String, Object> bySet = new LinkedHashMap<>();
        int collapsed = 0;
        for (Medium medium : Medium.values()) {
            Codes query = of.apply(medium, "query");
            Codes database = of.apply(medium, Experiment.HEADLINE);
            bySet.put(medium.set("query"), ofSet(CodeUse.of(query)));
            bySet.put(medium.set(Experiment.HEADLINE), ofSet(CodeUse.of(database)));
            collapsed += CodeUse.of(query, database).share() >= COLLAPSED ? 1 : 0;
        }
        return Map.of("codes", bySet, "collapsed", collapsed);
    }

    private static Map<String, Object> ofSet(CodeUse use) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("distinct", use.distinct());
        figures.put("commonest", use.share());
        return figures;
    }

    private static Map<String, Object> ofDatabase(Map<String, RetrievalReport> reports, MeasuredUnder under) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(
                "mAP",
                ACROSS.stream()
                        .map(direction -> reports.get(direction.key()))
                        .mapToDouble(report -> report == null ? Double.NaN : report.meanAveragePrecision())
                        .average()
                        .orElseThrow());
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        reports.forEach((direction, report) -> figures.put("mAP_" + direction, report.meanAveragePrecision()));
        for (String kind : List.of("precision", "empty")) {
            reports.forEach((direction, report) -> figures.put(
                    kind + "_at_radius_" + report.radius() + "_" + direction,
                    kind.equals("empty") ? report.emptyWithinRadius() : report.precisionWithinRadius()));
        }
        reports.forEach((direction, report) -> all.put(direction, report.toMap()));
        figures.put("by_direction", all);
        return under.withDirections(
                figures, all, ACROSS.stream().map(Direction::key).toList());
    }
}
