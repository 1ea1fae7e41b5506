package org.hashgrad.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.loss.TripletLoss;
import org.hashgrad.hashing.loss.custom.LossSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Starts the benchmark jar, which prints its own table, as a process of its own. */
@Command(
        name = BenchCommand.NAME,
        description = {
            "Times the kernels on every backend beside plain Java loops, with JMH, and prints one table.",
            "",
            "ARGS are handed to JMH: patterns of benchmark names and options such as -p implementation=cpu, -wi 3, -i 5, -f 1; -l lists"
                    + " the benchmarks. Without ARGS all of them run but the one of losses, which takes a while.",
            "",
            "loss NAME times one loss, value alone and with its gradient: one that ships, a class, or MyLoss.java. A loss of triplets"
                    + " is timed at 64x48 unless -p size=... says otherwise.",
            "",
            "tune times the variants of the matrix product on the OpenCL device and prints a new table of choices, for whoever works on the"
                    + " kernels; nothing is changed by it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad bench",
            "  hashgrad bench Matmul -p implementation=cpu,opencl",
            "  hashgrad bench loss MyLoss.java",
            "  hashgrad bench tune"
        },
        mixinStandardHelpOptions = true)
final class BenchCommand extends Action {
    static final String NAME = "bench";
    static final String HOME = "hashgrad.home";

    private static final String LOSS = "loss";
    private static final String TUNE = "tune";
    private static final String OF_LOSSES = "bench.LossBenchmark";

    @Parameters(
            paramLabel = "ARGS",
            arity = "0..*",
            description = "Handed to JMH as they are; or loss NAME, then what else JMH is to be handed; or tune.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty(HOME, "."), "bench", "target", "benchmarks.jar");
        if (!Files.isRegularFile(jar)) {
            throw new DataException("bench: no " + jar + "; build it with mvn -q -pl bench -am package");
        }
        List<String> line = new ArrayList<>();
        line.add(ProcessHandle.current().info().command().orElse("java"));
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        line.addAll(List.of("-jar", jar.toString()));
        line.addAll(forJmh(arguments));
        int code = new ProcessBuilder(line).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IllegalStateException("bench: the benchmark process ended with code " + code);
        }
        return ExitCodes.DONE;
    }

    /** {@code loss NAME …} as the benchmark of one loss, which must be one; nothing as all others; everything else as it is, tune too. */
    static List<String> forJmh(List<String> arguments) {
        if (arguments.isEmpty()) {
            return List.of("-e", OF_LOSSES);
        }
        if (arguments.get(0).equals(TUNE) && arguments.size() > 1) {
            throw new DataException("bench: tune takes no arguments, got " + arguments.subList(1, arguments.size()));
        }
        if (!arguments.get(0).equals(LOSS)) {
            return arguments;
        }
        if (arguments.size() < 2) {
            throw new DataException("bench: loss needs a name, for example bench loss MyLoss.java");
        }
        String name = arguments.get(1);
        List<String> others = arguments.subList(2, arguments.size());
        List<String> line = new ArrayList<>(List.of(OF_LOSSES, "-p", "loss=" + name));
        if (LossSource.named(name) instanceof TripletLoss && others.stream().noneMatch(a -> a.startsWith("size="))) {
            line.addAll(List.of("-p", "size=64x48"));
        }
        line.addAll(others);
        return line;
    }
}
