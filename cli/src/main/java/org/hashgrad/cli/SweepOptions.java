package org.hashgrad.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
                    "Folder of all files of Fashion-MNIST, for a SPEC with data: fashion-mnist. Where it is missing, so is the"
                            + " full database.")
    private @Nullable Path full;

    /** The cells; a line through {@code note} where the full database is missing. */
    Sweep sweep(java.util.function.Consumer<String> note) {
        List<String> all = new ArrayList<>(overrides);
        if (full != null) {
            all.add("data=" + ALL_FILES + ":" + full);
        }
        Sweep sweep = read(all);
        boolean asksForAll =
                sweep.cells().stream().anyMatch(cell -> cell.config().data().startsWith(ALL_FILES));
        Path folder = full == null ? FashionMnist.DEBIAN_FOLDER : full;
        if (asksForAll && !Files.exists(folder.resolve(FIRST_FILE))) {
            note.accept("full database: no " + folder.resolve(FIRST_FILE)
                    + "; its figures will be missing (Debian: dataset-fashion-mnist; --full DIR)");
            all.add("data=embedded");
            sweep = read(all);
        }
        return only.isEmpty() ? sweep : sweep.only(only);
    }

    private Sweep read(List<String> all) {
        return Sweep.read(Objects.requireNonNull(spec), grid, seeds, all);
    }

    Path spec() {
        return Objects.requireNonNull(spec);
    }

    SweepFolder folder() {
        String name = String.valueOf(Objects.requireNonNull(spec).getFileName()).replaceFirst("\\.ya?ml$", "");
        return new SweepFolder(runs == null ? Path.of("runs", name) : runs);
    }
}
