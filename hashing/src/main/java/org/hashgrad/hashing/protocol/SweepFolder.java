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
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.tensor.Backend;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a sweep, one folder per cell by {@link Sweep.Cell#folder}. A run is made in {@code NAME.partial} and moved when it has
 * finished, so a folder with a cell's name is whole; only its {@code config.yaml}, {@code environment.json}, {@code log.jsonl} and
 * {@code metrics.json} are read, wherever they were made.
 */
public record SweepFolder(Path path) {
    private static final String PARTIAL = ".partial";
    private static final List<String> SMALL =
            List.of(RunFolder.CONFIG, RunFolder.ENVIRONMENT, RunFolder.LOG, RunFolder.METRICS);

    /**
     * A finished run.
     *
     * @param metrics as in {@code metrics.json}
     * @param environment as in {@code environment.json}
     * @param epochSeconds wall clock of each epoch of training; none for a baseline
     */
    public record Finished(Map<String, Object> metrics, Map<String, Object> environment, List<Double> epochSeconds) {}

    /**
     * The cell's run, when it has finished.
     *
     * @throws RunFolderException when it was made with other settings; names the first key
     */
    public Optional<Finished> find(Sweep.Cell cell) {
        Path folder = path.resolve(cell.folder());
        if (!Files.isRegularFile(folder.resolve(RunFolder.METRICS))) {
            return Optional.empty();
        }
        RunFolder run = RunFolder.open(folder);
        if (cell.baseline().isEmpty()) {
            requireSameSettings(folder, cell.config());
        }
        List<Double> seconds = new ArrayList<>();
        for (Map<String, Object> line : run.readLog()) {
            if ("train".equals(line.get("stage")) && line.get("seconds") instanceof Number number) {
                seconds.add(number.doubleValue());
            }
        }
        return Optional.of(new Finished(run.readJson(RunFolder.METRICS), run.readJson(RunFolder.ENVIRONMENT), seconds));
    }

    /** Equal keys; only the data may differ in whether the full database was there. */
    private static void requireSameSettings(Path folder, RunConfig wanted) {
        RunConfig stored = RunConfig.read(folder.resolve(RunFolder.CONFIG), List.of());
        Map<String, Object> a = new TreeMap<>(stored.flat());
        Map<String, Object> b = new TreeMap<>(wanted.flat());
        if (DataChoice.parse(stored.data()).trainsAs(DataChoice.parse(wanted.data()))) {
            a.remove("data");
            b.remove("data");
        }
        for (Map.Entry<String, Object> key : b.entrySet()) {
            if (!key.getValue().equals(a.get(key.getKey()))) {
                throw new RunFolderException("run folder: " + folder + ": made with " + key.getKey() + " "
                        + a.get(key.getKey()) + ", now " + key.getValue() + "; remove it or choose another folder");
            }
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
            try {
                Files.createDirectories(to);
                for (String name : SMALL) {
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
