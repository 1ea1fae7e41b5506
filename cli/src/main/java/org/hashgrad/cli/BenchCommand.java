package org.hashgrad.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hashgrad.hashing.data.DataException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Starts the benchmark jar as a process of its own and prints one table of what it measured. */
@Command(
        name = "bench",
        description = {
            "Times the kernels on every backend beside a plain Java loop, with JMH, and prints one table.",
            "",
            "ARGS are handed to JMH: patterns of benchmark names and options such as -p backend=cpu, -wi 3, -i 5, -f 1."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  hashgrad bench", "  hashgrad bench Gemm -p backend=cpu"},
        mixinStandardHelpOptions = true)
final class BenchCommand extends Action {
    private static final String HOME = "hashgrad.home";

    @Parameters(paramLabel = "ARGS", arity = "0..*", description = "Handed to JMH as they are.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty(HOME, "."), "bench", "target", "benchmarks.jar");
        if (!Files.isRegularFile(jar)) {
            throw new DataException("bench: no " + jar + "; build it with mvn -q -pl bench -am package");
        }
        Path results = Files.createTempFile("hashgrad-bench", ".json");
        try {
            List<String> line = new ArrayList<>();
            line.add(ProcessHandle.current().info().command().orElse("java"));
            line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            line.add("-jar");
            line.add(jar.toString());
            line.addAll(arguments);
            line.addAll(List.of("-rf", "json", "-rff", results.toString()));
            Process process = new ProcessBuilder(line)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectErrorStream(true)
                    .start();
            try (var progress = process.inputReader()) {
                progress.lines().forEach(err()::println);
            }
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException("bench: the benchmark process ended with code " + code);
            }
            JsonNode measured = new ObjectMapper().readTree(results.toFile());
            if (measured.isEmpty()) {
                return ExitCodes.DONE;
            }
            out().print(BenchTable.of(measured));
            out().flush();
            return ExitCodes.DONE;
        } finally {
            Files.deleteIfExists(results);
        }
    }
}
