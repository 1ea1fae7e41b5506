package org.hashgrad.hashing.protocol;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.metric.CodeEvaluation;
import org.hashgrad.hashing.metric.Retrieval;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;

/**
 * The files of one run. The configuration comes first and claims the folder; every other file is written beside its place and moved
 * there, so that it is whole or missing; only the log grows. No file that is there already is replaced.
 *
 * <pre>
 *   config.yaml          the resolved configuration
 *   environment.json     versions, device, driver, commit, seed
 *   log.jsonl            one line per epoch
 *   weights.safetensors  the trained network
 *   metrics.json         the figures
 *   SET-codes.npy        (n, ⌈bits/8⌉) uint8, as NumPy's packbits        SET: query, database, held-out, …; of two media, with -image, -text
 *   SET-outputs.npy      (n, bits) float, with ranking: real only
 *   SET-labels.npy       (n) classes or (n, c) of 0 and 1, int32
 *   SET-ids.npy          (n) int32, index of the sample in its set
 * </pre>
 */
public final class RunFolder {
    static final String CONFIG = "config.yaml";
    static final String METRICS = "metrics.json";
    static final String WEIGHTS = "weights.safetensors";
    static final String ENVIRONMENT = "environment.json";
    static final String LOG = "log.jsonl";
    private static final String CODES = "-codes.npy";
    private static final String OUTPUTS = "-outputs.npy";
    private static final String LABELS = "-labels.npy";
    private static final String HOLDS_A_RUN = ": holds a run already; choose another folder";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;

    private RunFolder(Path path) {
        this.path = path;
    }

    /** Writes one file to the place it is given. */
    interface Content {
        void writeTo(Path file) throws IOException;
    }

    /**
     * Makes the folder, parents included, and claims it by making {@code config.yaml}; of two that try, one succeeds.
     *
     * @param config the resolved configuration
     * @throws RunFolderException when that fails, or the folder is not empty
     */
    static RunFolder create(Path path, String config) {
        try {
            Files.createDirectories(path);
            requireEmpty(path);
            Files.writeString(path.resolve(CONFIG), config, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            String reason = Files.isDirectory(path) ? HOLDS_A_RUN : ": can't be written: " + reason(e);
            throw new RunFolderException("run folder: " + path + reason, e);
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + path + ": can't be written: " + reason(e), e);
        }
        return new RunFolder(path);
    }

    private static void requireEmpty(Path path) throws IOException {
        List<String> found;
        try (Stream<Path> files = Files.list(path)) {
            found = files.map(file -> file.getFileName().toString()).sorted().toList();
        }
        if (found.contains(CONFIG)) {
            throw new RunFolderException("run folder: " + path
                    + (found.contains(METRICS)
                            ? HOLDS_A_RUN
                            : ": holds a run already, an unfinished run without " + METRICS
                                    + "; choose another folder"));
        }
        if (!found.isEmpty()) {
            throw new RunFolderException("run folder: " + path + ": expected a new or empty folder, found "
                    + found.size() + " files in it, such as " + found.get(0));
        }
    }

    /** An existing run. @throws RunFolderException when there is none */
    public static RunFolder open(Path path) {
        if (!Files.isRegularFile(path.resolve(CONFIG))) {
            throw new RunFolderException("run folder: " + path + ": no run there; expected the file " + CONFIG);
        }
        return new RunFolder(path);
    }

    static String reason(IOException e) {
        String reason = e instanceof FileSystemException file && file.getReason() != null ? file.getReason() : "";
        return reason.isEmpty() ? e.getClass().getSimpleName() + ": " + e.getMessage() : reason;
    }

    public Path path() {
        return path;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    void write(String name, Content content) {
        Path whole = path.resolve(name);
        Path partial = path.resolve(name + ".partial");
        if (Files.exists(whole) || Files.exists(partial)) {
            throw new RunFolderException("run folder: " + whole + ": can't be written: is there already");
        }
        try {
            content.writeTo(partial);
            try {
                Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(partial, whole);
            }
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + whole + ": can't be written: " + reason(e), e);
        }
    }

    void writeJson(String name, Map<String, ?> map) {
        write(name, file -> {
            String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(map);
            Files.writeString(file, text + "\n");
        });
    }

    Map<String, Object> readJson(String name) {
        try {
            return JSON.readValue(Files.readString(path.resolve(name)), new TypeReference<>() {});
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + path.resolve(name) + ": can't be read: " + reason(e), e);
        }
    }

    /** The lines of the log; none without one. */
    List<Map<String, Object>> readLog() {
        Path log = path.resolve(LOG);
        if (!Files.exists(log)) {
            return List.of();
        }
        List<Map<String, Object>> lines = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(log)) {
                lines.add(JSON.readValue(line, new TypeReference<>() {}));
            }
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + log + ": can't be read: " + reason(e), e);
        }
        return lines;
    }

    /** Appends one line to the log. */
    void log(Map<String, ?> line) {
        Path log = path.resolve(LOG);
        try {
            byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
            Files.write(log, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + log + ": can't be written: " + reason(e), e);
        }
    }

    void writeCodes(String set, Codes codes, Labels labels) {
        int n = codes.count();
        write(set + CODES, file -> NpyFile.write(file, codes.toPackedBytes(), n, Codes.bytesPerCode(codes.bits())));
        if (labels instanceof ClassLabels) {
            write(set + LABELS, file -> NpyFile.write(file, indicators(labels, true), n));
        } else {
            write(set + LABELS, file -> NpyFile.write(file, indicators(labels, false), n, labels.classes()));
        }
        int[] ids = new int[n];
        java.util.Arrays.setAll(ids, i -> i);
        write(set + "-ids.npy", file -> NpyFile.write(file, ids, n));
    }

    private static int[] indicators(Labels labels, boolean asClasses) {
        int[] values = new int[labels.count() * (asClasses ? 1 : labels.classes())];
        for (int i = 0; i < labels.count(); i++) {
            for (int c = 0; c < labels.classes(); c++) {
                if (asClasses) {
                    values[i] += labels.has(i, c) ? c : 0;
                } else {
                    values[i * labels.classes() + c] = labels.has(i, c) ? 1 : 0;
                }
            }
        }
        return values;
    }

    void writeOutputs(String set, RelaxedCodes outputs) {
        write(set + OUTPUTS, file -> NpyFile.write(file, outputs.values(), outputs.count(), outputs.bits()));
    }

    /** The outputs of a set where they are stored. */
    Optional<RelaxedCodes> storedOutputs(String set) {
        return Files.isRegularFile(file(set + OUTPUTS)) ? Optional.of(outputs(set)) : Optional.empty();
    }

    private RelaxedCodes outputs(String set) {
        NpyFile stored = NpyFile.read(file(set + OUTPUTS));
        if (stored.shape().length != 2) {
            throw new RunFolderException(
                    "run folder: " + file(set + OUTPUTS) + ": expected shape (n, k), found " + stored.describe());
        }
        float[] values = new float[stored.count()];
        for (int at = 0; at < values.length; at++) {
            values[at] = (float) stored.doubleAt(at);
        }
        return new RelaxedCodes(values, stored.shape()[0], stored.shape()[1]);
    }

    /** Stored queries and a stored set, with the outputs where they are asked for. */
    Retrieval retrieval(String query, String set, int bits, boolean real) {
        Retrieval codes = evaluation(query, set, bits).retrieval();
        return new Retrieval(
                codes.query(),
                codes.queryLabels(),
                codes.database(),
                codes.databaseLabels(),
                real ? Optional.of(new Retrieval.Outputs(outputs(query), outputs(set))) : Optional.empty());
    }

    /** Stored outputs of queries against those of a set, without binarisation. */
    RetrievalReport evaluateOutputs(String query, String set, RetrievalMetrics metrics) {
        return metrics.evaluate(outputs(query), labels(query), outputs(set), labels(set));
    }

    static RunFolderException unfinished(Path path, String missing) {
        return new RunFolderException("run folder: " + path + ": the run did not finish: no " + missing
                + "; train again into another folder");
    }

    /** Whether a set's codes and labels are stored. */
    boolean hasCodes(String set) {
        return Files.isRegularFile(file(set + CODES)) && Files.isRegularFile(file(set + LABELS));
    }

    /** The stored codes of a set. */
    Codes codes(String set, int bits) {
        NpyFile stored = NpyFile.read(file(set + CODES));
        int[] shape = stored.shape();
        if (!stored.type().equals("u1") || shape.length != 2 || shape[1] != Codes.bytesPerCode(bits)) {
            throw new DataException("run folder: " + stored.name() + ": expected packed codes, u1 (n, "
                    + Codes.bytesPerCode(bits) + ") for " + bits + " bits, found " + stored.describe());
        }
        return Codes.fromPackedBytes(stored.toBytes(), shape[0], bits);
    }

    /** The stored labels of a set. */
    Labels labels(String set) {
        return CodeEvaluation.labels(NpyFile.read(file(set + LABELS)));
    }

    /** @throws RunFolderException unless the codes and labels of both sets are there */
    void requireCodes(String query, String set) {
        for (String name : List.of(query + CODES, query + LABELS, set + CODES, set + LABELS)) {
            if (!Files.isRegularFile(file(name))) {
                throw unfinished(path, name);
            }
        }
    }

    /** Stored queries against a stored set. */
    CodeEvaluation evaluation(String query, String set, int bits) {
        return new CodeEvaluation(
                file(query + CODES), file(query + LABELS), file(set + CODES), file(set + LABELS), OptionalInt.of(bits));
    }

    /** Whether the run is one of two media, with codes of each. */
    boolean hasPairs() {
        return Files.isRegularFile(file(Medium.IMAGE.set("query") + CODES));
    }

    /** Whether two stored sets have the same codes. */
    boolean sameCodes(String set, String other) {
        try {
            return Files.mismatch(file(set + CODES), file(other + CODES)) < 0;
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + path + ": can't be read: " + reason(e), e);
        }
    }

    /** The sets that queries can be measured against: every one with stored codes but the queries, by name. */
    List<String> databases() {
        return sets("").stream().filter(set -> !set.equals("query")).toList();
    }

    /** As {@link #databases}, of a run of two media. */
    List<String> databasesOfPairs() {
        return sets(Medium.IMAGE.set("")).stream()
                .filter(set -> !set.equals("query"))
                .toList();
    }

    private List<String> sets(String ending) {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(ending + CODES))
                    .map(file -> file.substring(0, file.length() - ending.length() - CODES.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + path + ": can't be read: " + reason(e), e);
        }
    }
}
