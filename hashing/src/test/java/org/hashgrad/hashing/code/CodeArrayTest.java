package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodeArrayTest {
    private final Path folder;

    CodeArrayTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 13, 64, 200})
    void everyArrayFormGivesTheCodesBack(int bits) {
        Codes codes = RandomCodes.uniform(9, bits, bits);
        Path path = folder.resolve("a.npy");
        for (CodeArray form : CodeArray.values()) {
            if (form == CodeArray.REAL) {
                continue;
            }
            form.write(path, codes);
            Codes read = form.read(NpyFile.read(path), OptionalInt.of(bits));
            assertArrayEquals(codes.toPackedBytes(), read.toPackedBytes(), form.word());
        }
        CodeArray.PACKED_LITTLE.write(path, codes);
        byte first = NpyFile.read(path).toBytes()[0];
        assertEquals(codes.bit(0, 3), (first >> 3 & 1) != 0);
    }

    @Test
    void arraysThatHoldSomethingElseAreRefused() {
        Path path = folder.resolve("a.npy");
        NpyFile.write(path, new float[] {1, -1, 0, 1}, 2, 2);
        assertEquals(
                "codes: " + path + ": value at row 1, bit 0 is 0.0; signs need -1 or 1",
                Failure.of(() -> CodeArray.SIGNS.read(NpyFile.read(path), OptionalInt.empty())));
        assertEquals(
                "codes: " + path + " is f4 (2, 2); need (n, 3) for 3 bits",
                Failure.of(() -> CodeArray.REAL.read(NpyFile.read(path), OptionalInt.of(3))));
        assertEquals(
                "codes: " + path + " is f4 (2, 2); need (n, 2) of u1 for 16 bits",
                Failure.of(() -> CodeArray.PACKED.read(NpyFile.read(path), OptionalInt.of(16))));
    }
}
