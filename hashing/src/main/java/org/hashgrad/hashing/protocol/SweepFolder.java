package org.hashgrad.hashing.protocol;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.tensor.Backend;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a sweep, one folder per cell by {@link Sweep.Cell#folder}. A run is made in {@code NAME.partial} and moved when it has
 * finished, so a folder with a cell's name is whole; only its {@code config.yaml}, {@code environment.json}, {@code log.jsonl},
 * {@code metrics.json} and the source file of a loss of one's own are read, wherever they were made.
 */
public record SweepFolder(Path path) {
    private static final String PARTIAL = ".partial";
    private static final String DATA = "data";
    private static final String METHOD = "method";
    private static final String REMEDY = "; remove it or choose another folder";
    private static final List<String> SMALL =
            List.of(RunFolder.CONFIG, RunFolder.ENVIRONMENT, RunFolder.LOG, RunFolder.METRICS);

    /**
     * A finished run.
     *
     * @param metrics as in {@code metrics.json}
     * @param environment as in {@code environment.json}
     * @param training lines of {@code log.jsonl}, one for each epoch of training; none for a baseline
     */
    public record Finished(
            Map<String, Object> metrics, Map<String, Object> environment, List<Map<String, Object>> training) {
        /** Wall clock of each epoch of training. */
        public List<Double> epochSeconds() {
            List<Double> seconds = new ArrayList<>();
            for (Map<String, Object> line : training) {
                if (line.get("seconds") instanceof Number number) {
                    seconds.add(number.doubleValue());
                }
            }
            return seconds;
        }
    }

    /**
     * The cell's run, when it has finished.
     *
     * @throws RunFolderException when it was made with other settings, of which it names the first key, or with another text of its loss
     */
    public Optional<Finished> find(Sweep.Cell cell) {
        Path folder = path.resolve(cell.folder());
        if (!Files.isRegularFile(folder.resolve(RunFolder.METRICS))) {
            return Optional.empty();
        }
        RunFolder run = RunFolder.open(folder);
        requireSameSettings(folder, cell);
        cell.config().loss().flatMap(LossChoice::file).ifPresent(source -> requireSameSource(folder, source));
        List<Map<String, Object>> training = run.readLog().stream()
                .filter(line -> "train".equals(line.get("stage")))
                .toList();
        return Optional.of(
                new Finished(run.readJson(RunFolder.METRICS), run.readJson(RunFolder.ENVIRONMENT), training));
    }

    /**
     * Equal keys, as they are written, without making the stored loss; a key that is not stored has its default. Only the data may differ
     * in whether the full database was there, and a loss of one's own in where its file was.
     */
    private static void requireSameSettings(Path folder, Sweep.Cell cell) {
        Map<String, Object> stored = RunConfig.stored(folder.resolve(RunFolder.CONFIG));
        Map<String, Object> wanted = cell.config().written();
        Set<String> keys = new TreeSet<>(wanted.keySet());
        if (cell.baseline().isPresent()) {
            Baselines.Kind kind = cell.baseline().get();
            wanted.put(Baselines.KIND, kind.word());
            keys = new TreeSet<>(kind.keys());
            keys.add(Baselines.KIND);
            keys.addAll(Baselines.DATA_KEYS);
        } else {
            keys.addAll(stored.keySet());
            RunConfig.of(Map.of(METHOD, cell.config().method().name()), List.of())
                    .written()
                    .forEach((key, value) -> {
                        if (wanted.containsKey(key)) {
                            stored.putIfAbsent(key, value);
                        }
                    });
        }
        if (DataChoice.parse(String.valueOf(stored.get(DATA)))
                .trainsAs(DataChoice.parse(cell.config().data()))) {
            keys.remove(DATA);
        }
        Optional<Path> source = cell.config().loss().flatMap(LossChoice::file);
        if (source.isPresent()
                && source.get()
                        .getFileName()
                        .equals(Path.of(String.valueOf(stored.get(LossChoice.SOURCE)))
                                .getFileName())) {
            keys.remove(LossChoice.SOURCE);
        }
        for (String key : keys) {
            if (!Objects.equals(wanted.get(key), stored.get(key))) {
                throw new RunFolderException("run folder: " + folder + ": made with " + key + " "
                        + said(stored.get(key)) + ", now " + said(wanted.get(key)) + REMEDY);
            }
        }
    }

    private static Object said(@Nullable Object value) {
        return value == null ? "not given" : value;
    }

    /** The run's copy of the loss has the text of the file as it is now. */
    private static void requireSameSource(Path folder, Path source) {
        Path copy = folder.resolve(String.valueOf(source.getFileName()));
        try {
            if (!Files.isRegularFile(copy) || Files.mismatch(copy, source) != -1) {
                throw new RunFolderException(
                        "run folder: " + folder + ": made with another " + source.getFileName() + REMEDY);
            }
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + copy + ": can't be read: " + RunFolder.reason(e), e);
        }
    }

    /**
     * Runs the cell; one that was interrupted begins anew.
     *
     * @throws RunFolderException when the folder can't be written
     * @throws org.hashgrad.hashing.method.NotFiniteException when training breaks down; what there is stays beside, as partial
     */
    public void run(Sweep.Cell cell, Backend backend, Environment environment, TrainingListener listener) {
        Path partial = path.resolve(cell.folder() + PARTIAL);
        delete(partial);
        if (cell.baseline().isPresent()) {
            Baselines.run(cell.baseline().get(), cell.config(), backend, environment, partial);
        } else {
            Experiment.run(cell.config(), backend, environment, partial, listener);
        }
        Path whole = path.resolve(cell.folder());
        try {
            Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + whole + ": can't be written: " + RunFolder.reason(e), e);
        }
    }

    /**
     * Copies what {@link #find} reads of each finished cell to another folder of runs.
     *
     * @return how many cells there were
     */
    public int export(Sweep sweep, Path target) {
        int exported = 0;
        for (Sweep.Cell cell : sweep.cells()) {
            if (find(cell).isEmpty()) {
                continue;
            }
            Path to = target.resolve(cell.folder());
            List<String> names = new ArrayList<>(SMALL);
            cell.config()
                    .loss()
                    .flatMap(LossChoice::file)
                    .ifPresent(source -> names.add(String.valueOf(source.getFileName())));
            try {
                Files.createDirectories(to);
                for (String name : names) {
                    Path file = path.resolve(cell.folder()).resolve(name);
                    if (Files.exists(file)) {
                        Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            } catch (IOException e) {
                throw new RunFolderException("run folder: " + to + ": can't be written: " + RunFolder.reason(e), e);
            }
            exported++;
        }
        return exported;
    }

    /**
     * Does something while no other process or thread does so here.
     *
     * @throws RunFolderException when one is at it
     */
    public <T> T exclusively(Supplier<T> work) {
        try {
            Files.createDirectories(path);
            try (FileChannel channel = FileChannel.open(
                            path.resolve("sweep.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = tryLock(channel)) {
                if (lock == null) {
                    throw new RunFolderException("run folder: " + path + ": another sweep is at work there");
                }
                return work.get();
            }
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + path + ": can't be written: " + RunFolder.reason(e), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new RunFolderException("run folder: " + folder + ": can't be removed: " + RunFolder.reason(e), e);
        }
    }
}
