package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.CodeStore;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.metric.CodeEvaluation;
import org.hashgrad.hashing.metric.Retrieval;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.protocol.Experiment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures codes: those of a run folder, or anybody's from {@code .npy} files. */
@Command(
        name = "evaluate",
        description = {
            "Measures retrieval by Hamming distance: of a run folder, or of codes that anybody made, from code files or .npy files.",
            "",
            "Codes: (n, k) of a signed integer or floating type, where >= 0 is +1; or uint8 (n, ceil(k / 8)) as numpy.packbits packs"
                    + " them, with --bits k. Other unsigned types and bool are refused: their 0 might mean -1, and >= 0 would make every bit +1;"
                    + " give --npy zero-one for 0/1 codes. Labels: (n,) or (n, 1) integers, one class each; or (n, c) of 0 and 1. An item is"
                    + " relevant when it shares a label with the query."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad evaluate --run runs/dhn-48-20260101-120000-s0",
            "  hashgrad evaluate --query-codes q.npy --query-labels ql.npy \\",
            "                    --database-codes d.npy --database-labels dl.npy",
            "  hashgrad evaluate --run RUN --protocol fashion-mnist/embedded --convention dcmh --ci \\",
            "                    --per-query queries.csv --markdown figures.md"
        },
        mixinStandardHelpOptions = true)
final class EvaluateCommand extends Action {
    private static final String PACKED = "u1";

    @ArgGroup(multiplicity = "1")
    private @Nullable Source source;

    @Mixin
    private CodeInput input = new CodeInput();

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads that share the queries; 0 = all.")
    private int threads;

    @Option(names = "--json", paramLabel = "F", description = "Write the figures to F, keys as in metrics.json.")
    private @Nullable Path json;

    @Mixin
    private EvaluationExtras extras = new EvaluationExtras();

    /** One of the two. */
    static final class Source {
        @Option(names = "--run", paramLabel = "DIR", required = true, description = "A run folder of train or demo.")
        private @Nullable Path run;

        @ArgGroup(exclusive = false)
        private @Nullable Files files;
    }

    /** All four. */
    static final class Files {
        @Option(names = "--query-codes", paramLabel = "F", required = true, description = "Codes of the queries.")
        private @Nullable Path queryCodes;

        @Option(
                names = "--query-labels",
                paramLabel = "F",
                description = "Labels of the queries; of a code file its own without it.")
        private @Nullable Path queryLabels;

        @Option(names = "--database-codes", paramLabel = "F", required = true, description = "Codes of the database.")
        private @Nullable Path databaseCodes;

        @Option(
                names = "--database-labels",
                paramLabel = "F",
                description = "Labels of the database; of a code file its own without it.")
        private @Nullable Path databaseLabels;

        Stream<Path> codes() {
            return Stream.of(Objects.requireNonNull(queryCodes), Objects.requireNonNull(databaseCodes));
        }

        List<Path> all() {
            return Stream.of(queryCodes, queryLabels, databaseCodes, databaseLabels)
                    .flatMap(Stream::ofNullable)
                    .toList();
        }

        Retrieval read(CodeInput input) {
            Path query = Objects.requireNonNull(queryCodes);
            Path database = Objects.requireNonNull(databaseCodes);
            if (!input.hasForm()
                    && queryLabels != null
                    && databaseLabels != null
                    && codes().allMatch(CodeInput::isArray)) {
                return new CodeEvaluation(query, queryLabels, database, databaseLabels, input.bits()).retrieval();
            }
            CodeStore queries = input.read(query);
            CodeStore items = input.read(database);
            CodeInput.source(query, queries).requireComparable(CodeInput.source(database, items));
            return new Retrieval(
                    CodeInput.inMemory(queries),
                    labels(query, queryLabels, "--query-labels"),
                    CodeInput.inMemory(items),
                    labels(database, databaseLabels, "--database-labels"));
        }

        private static Labels labels(Path codes, @Nullable Path file, String option) {
            Labels own = file != null
                    ? CodeEvaluation.labels(NpyFile.read(file))
                    : CodeInput.isArray(codes) ? null : CodeFile.open(codes).labels();
            if (own == null) {
                throw new DataException("evaluate: " + codes + ": holds no labels; give " + option);
            }
            return own;
        }
    }

    @Override
    public Integer call() {
        if (threads < 0) {
            throw wrongUsage("--threads: need a number >= 0, got " + threads);
        }
        if (json != null) {
            Json.requireWritable(json, inputs());
        }
        extras.requireValid(inputs());
        RetrievalMetrics metrics =
                RetrievalMetrics.standard(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
        Map<String, Object> figures = figures(metrics);
        if (extras.wanted()) {
            extras.add(figures, retrieval(), metrics);
        }
        Table table = Figures.table(figures);
        extras.rows(figures).forEach(row -> table.row(row.get(0), row.get(1)));
        out().print(table);
        extras.notes(figures).forEach(out()::println);
        if (Figures.number(figures, "queries_without_relevant").intValue() > 0) {
            out().println("Queries without a relevant item count 0.");
        }
        out().flush();
        warnOfUnsignedBits();
        if (json != null) {
            Json.write(json, figures);
        }
        extras.writeMarkdown(figures);
        return ExitCodes.DONE;
    }

    private List<Path> inputs() {
        Source chosen = Objects.requireNonNull(source);
        if (chosen.files != null) {
            return chosen.files.all();
        }
        return List.of(Objects.requireNonNull(chosen.run));
    }

    /** Codes of 0 and 1 are all +1 by the rule of the sign, which gives figures without meaning. */
    private void warnOfUnsignedBits() {
        Files files = Objects.requireNonNull(source).files;
        if (files == null) {
            return;
        }
        if (input.hasForm()) {
            return;
        }
        String suspects = files.codes()
                .filter(CodeInput::isArray)
                .map(NpyFile::read)
                .filter(file -> !file.type().equals(PACKED)
                        && IntStream.range(0, file.count()).allMatch(i -> file.doubleAt(i) >= 0))
                .map(NpyFile::name)
                .collect(Collectors.joining(", "));
        if (!suspects.isEmpty()) {
            err().println(
                            "evaluate: warning: " + suspects
                                    + ": every bit is +1; are these 0/1 codes? Then turn them into 2 * b - 1, or numpy.packbits them and give --bits");
            err().flush();
        }
    }

    private Retrieval retrieval() {
        Source chosen = Objects.requireNonNull(source);
        return chosen.run != null
                ? Experiment.retrieval(chosen.run)
                : Objects.requireNonNull(chosen.files).read(input);
    }

    private Map<String, Object> figures(RetrievalMetrics metrics) {
        Source chosen = Objects.requireNonNull(source);
        if (chosen.run != null) {
            if (input.bits().isPresent() || input.hasForm()) {
                throw wrongUsage("--bits, --npy: a run folder knows its own");
            }
            return Experiment.evaluate(chosen.run, metrics.threads());
        }
        return Objects.requireNonNull(chosen.files)
                .read(input)
                .evaluate(metrics)
                .toMap();
    }
}
