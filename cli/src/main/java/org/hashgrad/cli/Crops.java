package org.hashgrad.cli;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of how many windows of a picture a run's network makes a code. */
final class Crops {
    @Option(
            names = "--crops",
            paramLabel = "N",
            description =
                    "Codes of pictures are the signs of the mean output for N windows, 1 or 10 (corners, middle, mirrored); 10 needs a run on data"
                            + " with ?side=N&resize=M. Default: as the run's data say, 1 without ?crops=10.")
    private @Nullable Integer crops;

    OptionalInt wanted() {
        return crops == null ? OptionalInt.empty() : OptionalInt.of(crops);
    }
}
