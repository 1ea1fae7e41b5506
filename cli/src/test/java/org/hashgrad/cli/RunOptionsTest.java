package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunOptionsTest {
    @Test
    void aRunFolderThatExistsGetsTheFirstFreeNumber(@TempDir Path folder) throws IOException {
        Path wish = folder.resolve("dhn-48-20261123-074501-s0");
        assertEquals(wish, RunOptions.unused(wish));
        Files.createDirectory(wish);
        Path second = folder.resolve("dhn-48-20261123-074501-s0-2");
        assertEquals(second, RunOptions.unused(wish));
        Files.createDirectory(second);
        assertEquals(folder.resolve("dhn-48-20261123-074501-s0-3"), RunOptions.unused(wish));
    }
}
