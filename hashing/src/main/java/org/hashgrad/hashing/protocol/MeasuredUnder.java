package org.hashgrad.hashing.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.jspecify.annotations.Nullable;

/**
 * The record of a protocol and the overlap of its parts, as {@code metrics.json} has them beside the figures of a database.
 *
 * @param protocol as {@link ProtocolRecord#toMap}; empty where none is stored
 * @param overlap as {@link ProtocolRecord#overlaps}
 */
record MeasuredUnder(Map<String, Object> protocol, List<?> overlap) {
    static final String PROTOCOL = "protocol";
    static final String OVERLAP = "overlap";
    static final MeasuredUnder NOTHING = new MeasuredUnder(Map.of(), List.of());

    /** The figure that the protocol cuts at N. */
    private static final String FIGURE = "mAP_protocol";

    private static final String AT_N = "mAP_at_N";

    static MeasuredUnder of(ProtocolRecord record) {
        return new MeasuredUnder(record.toMap(), record.overlaps());
    }

    /** By database. */
    static Map<String, MeasuredUnder> of(Map<String, ProtocolRecord> records) {
        Map<String, MeasuredUnder> all = new LinkedHashMap<>();
        records.forEach((set, record) -> all.put(set, of(record)));
        return all;
    }

    /** By database, what the figures of a run have beside them. */
    static Map<String, MeasuredUnder> stored(Map<String, Object> metrics) {
        Map<String, MeasuredUnder> all = new LinkedHashMap<>();
        all.put(Experiment.HEADLINE, beside(metrics));
        if (metrics.get("by_database") instanceof Map<?, ?> others) {
            others.forEach((set, figures) -> {
                if (figures instanceof Map<?, ?> map) {
                    all.put(String.valueOf(set), beside(map));
                }
            });
        }
        all.values().removeIf(under -> under.protocol.isEmpty());
        return all;
    }

    private static MeasuredUnder beside(Map<?, ?> figures) {
        Map<String, Object> record = new LinkedHashMap<>();
        if (figures.get(PROTOCOL) instanceof Map<?, ?> found && found.containsKey(ProtocolRecord.RULE_HASH)) {
            found.forEach((key, value) -> record.put(String.valueOf(key), value));
        }
        return new MeasuredUnder(record, figures.get(OVERLAP) instanceof List<?> list ? list : List.of());
    }

    @Nullable
    String text(String key) {
        return protocol.get(key) == null ? null : String.valueOf(protocol.get(key));
    }

    /** The same settings with the N of the protocol's mAP@N. */
    RetrievalMetrics settings(RetrievalMetrics metrics) {
        return protocol.get("top_n") instanceof Number n
                ? metrics.withAveragePrecisionAt(
                        Stream.concat(metrics.averagePrecisionAt().stream(), Stream.of(n.intValue()))
                                .toList())
                : metrics;
    }

    /** The figure that the protocol cuts at N in its meaning; null where it cuts nothing. */
    private @Nullable Object cut(Map<String, Object> figures) {
        return figures.get(AT_N) instanceof Map<?, ?> byN && byN.get(text("top_n")) instanceof Map<?, ?> meanings
                ? meanings.get(text("top_n_meaning"))
                : null;
    }

    /** These figures with the protocol's own, the record and the overlap. */
    Map<String, Object> with(Map<String, Object> figures) {
        Map<String, Object> all = new LinkedHashMap<>();
        Object cut = cut(figures);
        if (cut != null) {
            all.put(FIGURE, cut);
        }
        all.putAll(figures);
        if (!protocol.isEmpty()) {
            all.put(PROTOCOL, protocol);
        }
        if (!overlap.isEmpty()) {
            all.put(OVERLAP, overlap);
        }
        return all;
    }

    /** As {@link #with}, where {@code by_direction} has the figures: the protocol's own is the mean over some directions. */
    Map<String, Object> withDirections(
            Map<String, Object> figures, Map<String, Map<String, Object>> byDirection, List<String> mean) {
        Map<String, Object> all = new LinkedHashMap<>(figures);
        if (protocol.get("top_n") instanceof Number) {
            double sum = 0;
            for (String direction : mean) {
                sum += (Double) Objects.requireNonNull(
                        cut(Objects.requireNonNull(byDirection.get(direction), direction)), direction);
            }
            all.put(FIGURE, sum / mean.size());
        }
        return with(all);
    }

    /**
     * Checks that labels are those of the recorded lists.
     *
     * @param where what errors call the place of the labels
     * @throws DataException when one has another number or other labels
     */
    void requireLabels(String where, Labels query, Labels database) {
        if (protocol.get(ProtocolRecord.LISTS) instanceof Map<?, ?> lists) {
            requireLabels(where, lists, Dataset.QUERY, query);
            requireLabels(where, lists, Dataset.DATABASE, database);
        }
    }

    private void requireLabels(String where, Map<?, ?> lists, String part, Labels labels) {
        if (lists.get(part) instanceof Map<?, ?> list) {
            String digest = ProtocolRecord.Listed.labelsOf(labels);
            if (!String.valueOf(list.get("count")).equals(String.valueOf(labels.count()))
                    || !digest.equals(list.get("labels"))) {
                throw new DataException("protocol " + text("name") + ": " + where + ": the list of " + part
                        + " differs: recorded are " + list.get("count") + " items with labels of digest "
                        + list.get("labels") + ", found " + labels.count() + " with " + digest);
            }
        }
    }
}
