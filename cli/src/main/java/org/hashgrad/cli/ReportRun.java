package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.BitStatistics;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.metric.PairDistances;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.hashing.protocol.StoredRun;
import org.hashgrad.hashing.protocol.StoredRun.Search;

/** A run that a report shows: its files, and what its codes say, which is computed once. */
final class ReportRun {
    /** The key of {@code metrics.json} that holds the record of the protocol. */
    static final String PROTOCOL = "protocol";

    private final String name;
    private final int hue;
    private final StoredRun stored;
    private final Map<String, PairDistances> pairs = new HashMap<>();
    private final Map<String, List<Double>> averagePrecision = new HashMap<>();
    private final Map<String, Codes> codes = new HashMap<>();
    private final Map<String, Optional<RelaxedCodes>> outputs = new HashMap<>();

    private ReportRun(String name, int hue, StoredRun stored) {
        this.name = name;
        this.hue = hue;
        this.stored = stored;
    }

    /**
     * The runs in their order, named by their folders; by their paths where folders of the same name are among them.
     *
     * @throws DataException when one is given twice
     * @throws org.hashgrad.hashing.protocol.RunFolderException when one is not there or did not finish
     */
    static List<ReportRun> open(List<Path> folders) {
        List<Path> real =
                folders.stream().map(path -> path.toAbsolutePath().normalize()).toList();
        List<String> names =
                real.stream().map(path -> String.valueOf(path.getFileName())).toList();
        boolean distinct = names.stream().distinct().count() == names.size();
        List<ReportRun> runs = new ArrayList<>();
        for (int i = 0; i < real.size(); i++) {
            if (real.indexOf(real.get(i)) < i) {
                throw new DataException("--run " + folders.get(i) + ": is given twice; need different run folders");
            }
            runs.add(new ReportRun(
                    distinct ? names.get(i) : folders.get(i).toString(), i, StoredRun.open(folders.get(i))));
        }
        return runs;
    }

    String name() {
        return name;
    }

    /** The number of its colour. */
    int hue() {
        return hue;
    }

    StoredRun stored() {
        return stored;
    }

    /** A setting as text; empty where there is none. */
    String setting(String key) {
        Object value = stored.settings().get(key);
        return value == null ? "" : value.toString();
    }

    /** The record of the protocol, keys below keys joined by dots; empty where the run has none. */
    Map<String, Object> protocol() {
        Map<String, Object> flat = new LinkedHashMap<>();
        if (stored.metrics().get(PROTOCOL) instanceof Map<?, ?> record) {
            flatten("", record, flat);
        }
        return flat;
    }

    private static void flatten(String prefix, Map<?, ?> nested, Map<String, Object> into) {
        nested.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                flatten(prefix + key + ".", inner, into);
            } else {
                into.put(prefix + key, String.valueOf(value));
            }
        });
    }

    /** What was searched for what, under that name. */
    Optional<Search> search(String wanted) {
        return stored.searches().stream()
                .filter(search -> search.name().equals(wanted))
                .findFirst();
    }

    /** The names of all runs' searches, each once. */
    static List<String> searches(List<ReportRun> runs) {
        return runs.stream()
                .flatMap(run -> run.stored().searches().stream().map(Search::name))
                .distinct()
                .toList();
    }

    /** Of the stored codes, or of the outputs where the run ranks by them. */
    PairDistances pairs(Search search) {
        return pairs.computeIfAbsent(search.name(), name -> {
            Labels query = stored.labels(search.query());
            Labels items = stored.labels(search.database());
            Optional<RelaxedCodes> outputs = outputs(search.database());
            return outputs.isPresent()
                    ? PairDistances.of(outputs(search.query()).orElseThrow(), query, outputs.get(), items)
                    : PairDistances.of(codes(search.query()), query, codes(search.database()), items);
        });
    }

    /** Of each query, ties averaged. */
    List<Double> averagePrecision(Search search) {
        return averagePrecision.computeIfAbsent(search.name(), name -> {
            Labels query = stored.labels(search.query());
            Labels items = stored.labels(search.database());
            RetrievalMetrics metrics =
                    RetrievalMetrics.standard(Runtime.getRuntime().availableProcessors());
            Optional<RelaxedCodes> outputs = outputs(search.database());
            RetrievalReport report = outputs.isPresent()
                    ? metrics.evaluate(outputs(search.query()).orElseThrow(), query, outputs.get(), items)
                    : metrics.evaluate(codes(search.query()), query, codes(search.database()), items);
            return Objects.requireNonNull(report.perQuery().values().get("mAP"));
        });
    }

    /** From query i to every item of the database, as the run ranks. */
    double[] distances(Search search, int i) {
        Optional<RelaxedCodes> outputs = outputs(search.database());
        if (outputs.isPresent()) {
            RelaxedCodes query = outputs(search.query()).orElseThrow();
            return IntStream.range(0, outputs.get().count())
                    .mapToDouble(j -> query.distance(i, outputs.get(), j))
                    .toArray();
        }
        Codes query = codes(search.query());
        Codes items = codes(search.database());
        return IntStream.range(0, items.count())
                .mapToDouble(j -> query.hamming(i, items, j))
                .toArray();
    }

    private Codes codes(String set) {
        return codes.computeIfAbsent(set, stored::codes);
    }

    private Optional<RelaxedCodes> outputs(String set) {
        return outputs.computeIfAbsent(set, stored::outputs);
    }

    BitStatistics bits(String set) {
        return BitStatistics.of(codes(set));
    }
}
