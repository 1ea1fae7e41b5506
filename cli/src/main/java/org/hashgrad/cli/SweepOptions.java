package org.hashgrad.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.protocol.Sweep;
import org.hashgrad.hashing.protocol.SweepFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which cells a sweep has and where their runs are. */
final class SweepOptions {
    private static final String ALL_FILES = "fashion-mnist";
    private static final String FIRST_FILE = "train-images-idx3-ubyte.gz";

    @Parameters(
            paramLabel = "SPEC",
            description =
                    "A sweep such as experiments/image-methods.yaml, or a configuration such as configs/dhn.yaml.")
    private @Nullable Path spec;

    @Option(
            names = "-g",
            paramLabel = "KEY=V1,V2",
            description = "Values of any configuration key; repeatable, every combination is run.")
    private List<String> grid = new ArrayList<>();

    @Option(
            names = "--seeds",
            paramLabel = "N,N",
            split = ",",
            description = "Seeds over which figures are averaged; default: those of SPEC, or 0.")
    private @Nullable List<Long> seeds;

    @Option(names = "-o", paramLabel = "KEY=VALUE", description = "Overrides a key of every run; repeatable.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--only",
            paramLabel = "KEY=VALUE",
            description = "Leaves out the cells that differ, for example --only bits=48 --only method=dhn; repeatable.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            description = "Where run folders are and are made; default: runs/NAME-OF-SPEC.")
    private @Nullable Path runs;

    @Option(
            names = "--full",
            paramLabel = "DIR",
            description =
                    "Folder of all files of Fashion-MNIST, for a SPEC with data: fashion-mnist. Default: where Debian's package has"
                            + " them; where those are missing, so is the full database.")
    private @Nullable Path full;

    /** The cells; a line through {@code note} where the full database is missing. */
    Sweep sweep(Consumer<String> note) {
        List<String> all = new ArrayList<>(overrides);
        if (full != null) {
            all.add("data=" + ALL_FILES + ":" + full);
        }
        Sweep sweep = withoutMissing(
                Sweep.read(Objects.requireNonNull(spec), grid, seeds, all), FashionMnist.DEBIAN_FOLDER, note);
        return only.isEmpty() ? sweep : sweep.only(only);
    }

    /** Cells that leave the folder of all files to this library are run without the full database where {@code usual} lacks it. */
    static Sweep withoutMissing(Sweep sweep, Path usual, Consumer<String> note) {
        Path first = usual.resolve(FIRST_FILE);
        if (Files.exists(first)
                || sweep.cells().stream().noneMatch(cell -> cell.config().data().equals(ALL_FILES))) {
            return sweep;
        }
        note.accept("full database: no " + first
                + "; its figures will be missing (Debian: dataset-fashion-mnist; --full DIR)");
        return sweep.withData(data -> data.equals(ALL_FILES) ? "embedded" : data);
    }

    static boolean asksForFull(Sweep.Cell cell) {
        String data = cell.config().data();
        return data.equals(ALL_FILES) || data.startsWith(ALL_FILES + ":");
    }

    Path spec() {
        return Objects.requireNonNull(spec);
    }

    SweepFolder folder() {
        return new SweepFolder(runs == null ? Path.of("runs", name(spec())) : runs);
    }

    /** The file's name without its ending. */
    static String name(Path spec) {
        return String.valueOf(spec.getFileName()).replaceFirst("\\.ya?ml$", "");
    }
}
