package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writers of one code file, in Javas of their own. */
@Timeout(120)
final class WritersTest {
    private static final String AT_WORK = "at work";
    private static final String REFUSED = "refused: ";
    private static final int BITS = 64;
    private static final long MANY = 1L << 40;

    private final Path folder;
    private final Path path;

    WritersTest(@TempDir Path folder) {
        this.folder = folder;
        this.path = folder.resolve("a.codes");
    }

    /** Codes without end that say when a megabyte of them has been asked for. */
    private record Endless(long size) implements CodeStore {
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
            if (from == 1 << 18) {
                System.out.println(AT_WORK);
            }
            if (from > 1 << 18) {
                await();
            }
        }

        private static void await() {
            try {
                System.in.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Writes codes without end into the file that is named. */
    public static void main(String... arguments) {
        try {
            CodeFile.write(Path.of(arguments[0]), new Endless(MANY), CodeDetails.NONE);
        } catch (RuntimeException e) {
            System.out.println(REFUSED + e.getMessage());
        }
    }

    private Process writer() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WritersTest.class.getName(),
                        path.toString())
                .redirectErrorStream(true)
                .start();
    }

    private static String said(Process writer) throws IOException {
        BufferedReader lines = Objects.requireNonNull(writer.inputReader());
        String line = lines.readLine();
        while (line != null && !line.equals(AT_WORK) && !line.startsWith(REFUSED)) {
            line = lines.readLine();
        }
        return String.valueOf(line);
    }

    private static void kill(Process writer) throws InterruptedException {
        assertTrue(writer.destroyForcibly().waitFor(1, TimeUnit.MINUTES));
    }

    private String taken() {
        return "codes: " + path + ": is being written by another; need one writer at a time";
    }

    @Test
    void anotherProcessIsToldWhileThisOneHoldsTheLock() throws Exception {
        try (WriteLock lock = WriteLock.of(path)) {
            assertEquals(taken(), Failure.of(() -> WriteLock.of(path)), "a refused thread must not drop the lock");
            Process second = writer();
            try {
                assertEquals(REFUSED + taken(), said(second), lock.target().toString());
            } finally {
                kill(second);
            }
        }
    }

    @Test
    void aWriterThatIsKilledLeavesTheOldFileWholeAndTheNextOneWrites() throws Exception {
        Codes old = RandomCodes.uniform(1000, BITS, 1);
        CodeFile.write(path, old, CodeDetails.NONE);
        Process first = writer();
        try {
            assertEquals(AT_WORK, said(first));
            Codes next = RandomCodes.uniform(10, BITS, 2);
            assertEquals(taken(), Failure.of(() -> CodeFile.write(path, next, CodeDetails.NONE)));
            kill(first);
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(3, files.count(), "what the killed one has left is beside the file");
            }
            CodeFile left = CodeFile.open(path);
            left.verify();
            assertArrayEquals(old.toPackedBytes(), Codes.copyOf(left, 0, 1000).toPackedBytes());
            CodeFile.write(path, next, CodeDetails.NONE);
            CodeFile written = CodeFile.open(path);
            written.verify();
            assertArrayEquals(next.toPackedBytes(), Codes.copyOf(written, 0, 10).toPackedBytes());
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(
                        List.of(folder.resolve(".a.codes.lock"), path),
                        files.sorted().toList());
            }
        } finally {
            kill(first);
        }
    }

    @Test
    void whatIsNoRegularFileIsNotReplaced() {
        Codes codes = RandomCodes.uniform(2, BITS, 1);
        assertEquals(
                "codes: " + folder + ": is no regular file, which a code file could replace; need another name",
                Failure.of(() -> CodeFile.write(folder, codes, CodeDetails.NONE)));
        Path nowhere = folder.resolve("none").resolve("a.codes");
        assertTrue(Failure.of(() -> CodeFile.write(nowhere, codes, CodeDetails.NONE))
                .startsWith("codes: " + nowhere + ": can not be written: "));
    }
}
