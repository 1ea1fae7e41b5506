package org.hashgrad.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The most words of 64 bits whose set bits this machine counts per second, by {@code bench/peers/popcount.c}, which needs a C compiler. */
final class PopcountPeak {
    private static final List<String> COMPILER =
            List.of("cc", "-O3", "-march=native", "-mprefer-vector-width=512", "-fopenmp");

    private PopcountPeak() {}

    /** Measures. @throws IOException where it can not be compiled or run */
    static double wordsPerSecond() throws IOException {
        Path source = Path.of(System.getProperty("hashgrad.home", "."), "bench", "peers", "popcount.c");
        Path program = Files.createTempFile("popcount", "");
        try {
            List<String> compile = new ArrayList<>(COMPILER);
            compile.addAll(List.of(source.toString(), "-o", program.toString()));
            run(compile);
            return Double.parseDouble(run(List.of(program.toString())).strip());
        } catch (NumberFormatException e) {
            throw new IOException("popcount: not a number: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(program);
        }
    }

    private static String run(List<String> line) throws IOException {
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(said.lines().findFirst().orElse("failed: " + line));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return said;
    }
}
