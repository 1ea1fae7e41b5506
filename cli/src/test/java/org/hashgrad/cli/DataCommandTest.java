package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
    @Test
    void withoutASetTheUsageIsPrinted() {
        assertEquals("", Called.with("data").endsWith(2).out());
        assertEquals("", Called.with("data", "build").endsWith(2).out());
        Called.with("data", "build", "openclipart", "--help")
                .endsWith(0)
                .saying("hashgrad data build openclipart", "--from=DIR", "apt-get install", "--debug");
    }

    @Test
    void missingPackagesAreNamed(@TempDir Path folder) {
        Called.with("data", "build", "openclipart", "--from", folder.toString(), "--out", folder + "/out")
                .endsWith(2)
                .withOneLine("png: no such folder", "apt-get install openclipart-png openclipart-svg");
        Called.with("data", "build", "openclipart").endsWith(2).withOneLine("--out");
        Called.with("data", "build", "openclipart", "--out", folder + "/out", "--side", "7")
                .endsWith(2)
                .withOneLine("side is 7; need 16 to 512");
    }

    @Test
    void aCollectionThatIsTooSmallLeavesNothingBehind(@TempDir Path folder) throws IOException {
        for (String kind : List.of("png", "svg")) {
            Files.createDirectories(folder.resolve(kind + "/food"));
        }
        BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", folder.resolve("png/food/a.png").toFile());
        Files.writeString(folder.resolve("svg/food/a.svg"), "<svg/>");
        Called called = Called.with("data", "build", "openclipart", "--from", folder.toString(), "--out", folder + "/o")
                .endsWith(2)
                .withOneLine("can be queries; need 400");
        assertEquals("", called.out());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("png", "svg"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }
}
