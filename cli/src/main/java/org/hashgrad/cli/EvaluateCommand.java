package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.CodeStore;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.SplitPart;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.metric.CodeEvaluation;
import org.hashgrad.hashing.metric.Retrieval;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.hashing.protocol.Direction;
import org.hashgrad.hashing.protocol.ProtocolClaim;
import org.hashgrad.hashing.protocol.RunEvaluation;
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
                    + " relevant when it shares a label with the query. A code file that says that its codes are of a query set is refused as"
                    + " a database, and the other way round; files of version 1 and arrays don't say it and are never refused. Codes of two media, which"
                    + " `encode` marks, are measured in the direction that their files say."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad evaluate --run runs/dhn-48-20260101-120000-s0",
            "  hashgrad evaluate --query-codes q.npy --query-labels ql.npy \\",
            "                    --database-codes d.npy --database-labels dl.npy",
            "  hashgrad evaluate --run RUN --protocol fashion-mnist/embedded --convention dcmh --ci \\",
            "                    --per-query queries.csv --markdown figures.md",
            "  hashgrad evaluate --run runs/cmch --direction text_to_image --per-query queries.csv"
        },
        mixinStandardHelpOptions = true)
final class EvaluateCommand extends Action {
    private static final String DIRECTION = "direction";

    @ArgGroup(multiplicity = "1")
    private @Nullable Source source;

    @Mixin
    private CodeInput input = new CodeInput();

    @Option(
            names = "--direction",
            paramLabel = "D",
            description =
                    "Of a --run of two media one of image_to_text, text_to_image, image_to_image, text_to_text, which --per-query, --ci and --convention"
                            + " need. Default: all four.")
    private @Nullable Direction direction;

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

        Subject read(CodeInput input) {
            Path query = Objects.requireNonNull(queryCodes);
            Path database = Objects.requireNonNull(databaseCodes);
            if (!input.hasForm()
                    && queryLabels != null
                    && databaseLabels != null
                    && codes().allMatch(CodeInput::isArray)) {
                Retrieval arrays =
                        new CodeEvaluation(query, queryLabels, database, databaseLabels, input.bits()).retrieval();
                return new Subject(arrays, Map.of(query.toString(), ""), true, Optional.empty());
            }
            CodeStore queries = store(query, input);
            CodeStore items = store(database, input);
            requirePart("--query-codes", query, queries, SplitPart.DATABASE, "queries");
            requirePart("--database-codes", database, items, SplitPart.QUERY, "a database");
            CodeInput.source(query, queries).requireComparable(CodeInput.source(database, items));
            Map<String, String> protocols = new LinkedHashMap<>();
            protocols.put(query.toString(), CodeInput.details(queries).protocol());
            protocols.put(database.toString(), CodeInput.details(items).protocol());
            Optional<Direction> direction = CodeInput.details(queries)
                    .medium()
                    .flatMap(from -> CodeInput.details(items).medium().map(to -> Direction.of(from, to)));
            return new Subject(
                    new Retrieval(
                            CodeInput.inMemory(queries),
                            labels(query, queries, queryLabels, "--query-labels"),
                            CodeInput.inMemory(items),
                            labels(database, items, databaseLabels, "--database-labels")),
                    protocols,
                    queryLabels != null || databaseLabels != null,
                    direction);
        }

        private static void requirePart(String option, Path file, CodeStore codes, SplitPart wrong, String need) {
            if (CodeInput.details(codes).part() == wrong) {
                throw new DataException("evaluate: " + option + ": " + file + " has codes of the part "
                        + wrong.name().toLowerCase(Locale.ROOT) + "; need those of " + need);
            }
        }

        private static CodeStore store(Path file, CodeInput input) {
            return input.hasForm() || !CodeInput.isArray(file)
                    ? input.read(file)
                    : CodeEvaluation.codes(NpyFile.read(file), input.bits());
        }

        private static Labels labels(Path file, CodeStore codes, @Nullable Path labels, String option) {
            Labels own = labels != null
                    ? CodeEvaluation.labels(NpyFile.read(labels))
                    : codes instanceof CodeFile stored ? stored.labels() : null;
            if (own == null) {
                throw new DataException("evaluate: " + file + ": holds no labels; give " + option);
            }
            return own;
        }
    }

    /**
     * What files hold.
     *
     * @param protocols by file, what it says its codes were made under
     * @param relabelled whether labels are of other files than the codes
     * @param direction if both files say what medium their codes are of
     */
    private record Subject(
            Retrieval retrieval, Map<String, String> protocols, boolean relabelled, Optional<Direction> direction) {}

    @Override
    public Integer call() {
        if (threads < 0) {
            throw wrongUsage("--threads: need a number >= 0, got " + threads);
        }
        if (json != null) {
            Json.requireWritable(json, inputs());
        }
        if (direction != null && source().run == null) {
            throw wrongUsage("--direction: is one of a --run of two media");
        }
        extras.requireValid(inputs());
        RetrievalMetrics metrics = extras.settings(
                RetrievalMetrics.standard(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads));
        Map<String, Object> figures = source().run != null ? ofRun(metrics) : ofFiles(metrics);
        if (direction != null) {
            figures.put(DIRECTION, direction.key());
        }
        Table table = Figures.table(figures);
        Optional.ofNullable(figures.get(DIRECTION)).ifPresent(known -> table.row(DIRECTION, known.toString()));
        extras.rows(figures).forEach(row -> table.row(row.get(0), row.get(1)));
        out().print(table);
        extras.notes(figures).forEach(out()::println);
        if (Figures.number(figures, "queries_without_relevant").intValue() > 0) {
            out().println("Queries without a relevant item count 0.");
        }
        out().flush();
        if (json != null) {
            Json.write(json, figures);
        }
        extras.writeMarkdown(figures);
        return ExitCodes.DONE;
    }

    private Source source() {
        return Objects.requireNonNull(source);
    }

    private Map<String, Object> ofRun(RetrievalMetrics metrics) {
        if (input.bits().isPresent() || input.hasForm()) {
            throw wrongUsage("--bits, --npy: a run folder knows its own");
        }
        RunEvaluation run =
                RunEvaluation.of(Objects.requireNonNull(source().run), extras.claim(), Optional.ofNullable(direction));
        if (!extras.wanted()) {
            return run.figures(metrics);
        }
        Retrieval retrieval = run.retrieval();
        Map<String, Object> figures = run.figures(metrics);
        extras.add(figures, retrieval, run.report(), run::ofQueries);
        return figures;
    }

    private Map<String, Object> ofFiles(RetrievalMetrics metrics) {
        Subject read = Objects.requireNonNull(source().files).read(input);
        Retrieval retrieval = read.retrieval();
        Map<String, Object> record = ProtocolClaim.ofFiles(
                extras.claim(),
                read.protocols(),
                read.relabelled(),
                retrieval.query().count(),
                retrieval.database().count());
        RetrievalReport report = retrieval.evaluate(ProtocolClaim.settings(record, metrics));
        Map<String, Object> figures = ProtocolClaim.with(record, report.toMap());
        read.direction().ifPresent(known -> figures.put(DIRECTION, known.key()));
        extras.add(figures, retrieval, report, Map::of);
        warn(read, record);
        return figures;
    }

    /**
     * Codes of 0 and 1 are all +1 by the rule of the sign, which gives figures without meaning; files of different protocols or lists do not belong
     * together.
     */
    private void warn(Subject read, Map<String, Object> record) {
        List<Path> names = Objects.requireNonNull(source().files).codes().toList();
        List<Codes> codes = List.of(read.retrieval().query(), read.retrieval().database());
        String suspects = IntStream.range(0, names.size())
                .filter(i -> CodeInput.isArray(names.get(i)) && allPositive(codes.get(i)))
                .mapToObj(i -> names.get(i).toString())
                .collect(Collectors.joining(", "));
        if (!input.hasForm() && !suspects.isEmpty()) {
            err().println(
                            "evaluate: warning: " + suspects
                                    + ": every bit is +1; are these 0/1 codes? Then turn them into 2 * b - 1, or numpy.packbits them and give --bits");
        }
        if (record.isEmpty() && read.protocols().values().stream().noneMatch(String::isEmpty)) {
            err().println("evaluate: warning: "
                    + String.join(", ", read.protocols().keySet()) + ": were made under different protocols or lists");
        }
        err().flush();
    }

    private static boolean allPositive(Codes codes) {
        return IntStream.range(0, codes.count())
                .allMatch(i -> IntStream.range(0, codes.bits()).allMatch(b -> codes.bit(i, b)));
    }

    private List<Path> inputs() {
        Source chosen = source();
        if (chosen.files != null) {
            return chosen.files.all();
        }
        return List.of(Objects.requireNonNull(chosen.run));
    }
}
