package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileTest {
    private final Path folder;

    ProfileTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "opencl"})
    void aProfiledTrainingHasTheBitsOfAPlainOneAndSharesWithinTheStep(String backend) throws IOException {
        Path plain = folder.resolve("plain");
        Path profiled = folder.resolve("profiled");
        trained(backend, plain).endsWith(0);
        Called called = trained(backend, profiled, "--profile")
                .endsWith(0)
                .saying("profile: 2 steps of", "conv2dWeightGradient", "conv1", "bn1/MaxPool2d", "optimizer");
        assertArrayEquals(
                Files.readAllBytes(plain.resolve("weights.safetensors")),
                Files.readAllBytes(profiled.resolve("weights.safetensors")));
        Matcher all = Pattern.compile("\\nall +\\S+ +\\S+ +([0-9.]+)%").matcher(called.out());
        assertTrue(all.find(), called::out);
        double share = Double.parseDouble(all.group(1));
        assertTrue(share > 1 && share <= 100, () -> "share of the wall time: " + share);
        assertTraceIsComplete(profiled.resolve("trace.json"));
        if (backend.equals("opencl")) {
            assertWorkIsThatOfItsKernels(called.out());
            assertTrue(
                    Pattern.compile("(?m)^kernels: [1-9][0-9]* programs built, 0 of them after the first 3 steps$")
                            .matcher(called.out())
                            .find(),
                    called::out);
        }
    }

    /** Under each operation with a rate, the kernels' rates by their times make the operation's; helpers have none. */
    private static void assertWorkIsThatOfItsKernels(String out) {
        Pattern row =
                Pattern.compile("(  )?(\\S.*?) +[0-9.]+ +([0-9.]+) +[0-9.]+% +([0-9.]+|-) +[0-9.]+ +([0-9.]+%|-)");
        String operation = "";
        double work = 0;
        double ofKernels = 0;
        int checked = 0;
        for (String line : out.lines().toList()) {
            Matcher cells = row.matcher(line);
            if (!cells.matches()) {
                continue;
            }
            double did = cells.group(4).equals("-")
                    ? 0
                    : Double.parseDouble(cells.group(3)) * Double.parseDouble(cells.group(4));
            if (cells.group(1) != null) {
                assertEquals(cells.group(4).equals("-"), cells.group(5).equals("-"), line);
                ofKernels += did;
                continue;
            }
            if (ofKernels > 0) {
                assertEquals(work, ofKernels, 0.1 * work, operation);
                checked++;
            }
            operation = cells.group(2);
            work = did;
            ofKernels = 0;
        }
        assertTrue(checked >= 3, () -> "operations with a rate and kernels of other names: " + out);
        assertTrue(Pattern.compile("(?m)^  gemm\\S* .* [0-9.]+%$").matcher(out).find(), out);
    }

    /** 5 steps of 4 images. */
    private static Called trained(String backend, Path run, String... more) {
        List<String> line =
                new ArrayList<>(List.of("train", Called.DHN, "--backend", backend, "--run", run.toString()));
        for (String override : List.of("data=embedded:2", "train.epochs=1", "train.batch=4", "bits=8")) {
            line.addAll(List.of("-o", override));
        }
        line.addAll(List.of(more));
        return Called.with(line.toArray(String[]::new));
    }

    private static void assertTraceIsComplete(Path file) throws IOException {
        JsonNode events = new ObjectMapper().readTree(file.toFile()).get("traceEvents");
        List<Double> starts = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (JsonNode event : events) {
            names.add(event.get("name").asText());
            if (event.get("ph").asText().equals("X")) {
                starts.add(event.get("ts").asDouble());
                assertTrue(event.get("dur").asDouble() >= 0, event::toString);
                assertEquals(1, event.get("pid").asInt());
                assertTrue(Set.of(1, 2).contains(event.get("tid").asInt()), event::toString);
            }
        }
        assertEquals(0, starts.get(0));
        assertEquals(starts.stream().sorted().toList(), starts, "times in order");
        assertTrue(
                names.containsAll(Set.of("thread_name", "step 1", "step 5", "conv1", "conv1 backward", "optimizer")),
                names::toString);
    }

    @Test
    void tooFewStepsAreSaid() {
        Called.trainedBriefly(folder.resolve("run"), "-o", "data=embedded:1", "--profile")
                .endsWith(0)
                .saying("profile: the first 3 steps warm up and don't count; there were no more");
    }
}
