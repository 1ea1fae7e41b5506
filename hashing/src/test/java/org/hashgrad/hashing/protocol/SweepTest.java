package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which seed and which data the cells of a sweep run with. */
class SweepTest {
    private final Path folder;

    SweepTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String refused(Path spec, String... overrides) {
        return String.valueOf(
                assertThrows(ConfigException.class, () -> Sweep.read(spec, List.of(), null, List.of(overrides)))
                        .getMessage());
    }

    @Test
    void withoutSeedsAConfigurationRunsWithItsOwn() throws IOException {
        Path config = write("x.yaml", "bits: 12\nseed: 7\n");
        assertEquals(
                7,
                Sweep.read(config, List.of(), null, List.of())
                        .cells()
                        .get(0)
                        .config()
                        .seed());
        assertEquals(
                3,
                Sweep.read(config, List.of(), List.of(3L), List.of())
                        .cells()
                        .get(0)
                        .config()
                        .seed());
        assertEquals(
                "sweep: " + config + ": seed is set for all runs; give --seeds or seeds", refused(config, "seed=5"));
        write("y.yaml", "seed: 8\n");
        assertEquals(
                "sweep: the configurations have seeds [7, 8]; give --seeds or seeds",
                refused(write("both.yaml", "configs: [x.yaml, y.yaml]\n")));
    }

    @Test
    void baselinesAreMeasuredOnTheDataOfTheConfigurationsBesideThem() throws IOException {
        write("x.yaml", "data: embedded:5\n");
        write("y.yaml", "data: embedded:6\n");
        Path one = write("one.yaml", "configs: [x.yaml]\nbaselines: [raw-pixels]\n");
        for (Sweep.Cell cell : Sweep.read(one, List.of(), null, List.of()).cells()) {
            assertEquals("embedded:5", cell.config().data(), cell.label());
        }
        Path two = write("two.yaml", "configs: [x.yaml, y.yaml]\nbaselines: [raw-pixels]\n");
        assertEquals(
                "sweep: the configurations have data [embedded:5, embedded:6], so baselines have none in common; give -o"
                        + " data=… or set: {data: …}",
                refused(two));
        assertEquals(
                3,
                Sweep.read(two, List.of(), null, List.of("data=embedded:4"))
                        .cells()
                        .size());
    }
}
