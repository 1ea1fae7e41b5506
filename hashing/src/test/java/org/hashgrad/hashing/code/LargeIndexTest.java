package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codes, tables, labels and names larger than the heap, in a Java of its own. */
final class LargeIndexTest {
    private static final int MEGABYTES = 40;
    private static final int CODES = 1 << 21;
    private static final int BITS = 64;
    private static final int CLASSES = 80;

    @Test
    void anIndexOfManyTimesTheHeapIsBuiltOpenedSearchedAndChanged(@TempDir Path folder) throws Exception {
        long bytes = MultiIndex.tableBytes(BITS, CODES) + (long) CODES * (BITS + 2 * Long.SIZE) / 8;
        assertTrue(bytes > (2L * MEGABYTES) << 20, "the index has " + bytes + " bytes");
        Path log = folder.resolve("log");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + MEGABYTES + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=4",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeIndexTest.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(java.waitFor(5, TimeUnit.MINUTES), "still running");
        } finally {
            java.destroyForcibly();
        }
        String said = Files.readString(log);
        assertEquals(0, java.exitValue(), said);
        assertTrue(said.contains("all right"), said);
    }

    /** Codes that are computed when they are asked for. */
    private record Drawn(long size) implements CodeStore {
        private static final RandomKey KEY = RandomKey.of(3);

        @Override
        public int bits() {
            return BITS;
        }

        @Override
        public void copyWords(long from, int n, long[] into) {
            for (int i = 0; i < n; i++) {
                into[i] = KEY.bits(from + i);
            }
        }
    }

    /** Class c of row r where r % (c + 2) = 0. */
    private record DrawnLabels(long count) implements LabelColumn {
        @Override
        public int classes() {
            return CLASSES;
        }

        @Override
        public boolean isSingle() {
            return false;
        }

        @Override
        public long word(long row, int w) {
            long word = 0;
            for (int c = 64 * w; c < Math.min(64 * w + 64, CLASSES); c++) {
                word |= row % (c + 2) == 0 ? 1L << c : 0;
            }
            return word;
        }
    }

    public static void main(String... arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Path path = folder.resolve("large.codes");
        CodeDetails details = new CodeDetails(new DrawnLabels(CODES), List.of(), "", "");
        MultiIndex.write(path, new Drawn(CODES), details);
        CodeFile file = CodeFile.open(path);
        require(file.bytes() > Runtime.getRuntime().maxMemory(), "the file is small");
        requireFound(file, MultiIndex.of(file, 2, SearchCosts.TABLES));
        requireFound(file, MultiIndex.of(new Drawn(CODES), 2, SearchCosts.TABLES));
        MultiIndex.of(file, 2);
        Codes one = Codes.copyOf(new Drawn(CODES + 1L), CODES, CODES + 1L);
        CodeDetails more = new CodeDetails(new DrawnLabels(1), List.of(), "", "");
        CodeFile grown = file.append("one more", one, more).remove(0, CODES / 2);
        require(grown.size() == CODES - 1 && grown.id(0) == 1 && grown.hasTables(), "wrong rows remain");
        LabelColumn labels = Objects.requireNonNull(grown.details().labels());
        require(labels.word(5, 0) == new DrawnLabels(CODES).word(6, 0), "labels moved");
        require(labels.word(CODES - 2, 1) == new DrawnLabels(1).word(0, 1), "the last label is another");
        System.out.println("all right");
        File[] left = Objects.requireNonNull(
                folder.toFile().listFiles((in, name) -> name.startsWith(".") && !name.endsWith(".lock")));
        require(left.length == 0, left.length + " scratch files are left");
    }

    private static void requireFound(CodeStore codes, HammingIndex index) {
        Codes queries = Codes.copyOf(codes, CODES - 3, CODES);
        List<Neighbours> expected = new FlatIndex(codes, 2).nearest(queries, 3, Ties.ALL);
        IndexAssertions.same(expected, index.nearest(queries, 3, Ties.ALL), index.getClass() + "");
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new AssertionError(otherwise);
        }
    }
}
