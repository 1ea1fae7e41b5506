package org.hashgrad.cli;

import java.io.File;
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
            "Times kernels and training steps on every backend beside plain Java loops, with JMH, and prints one table with the share of"
                    + " the peak that was measured in the same run. JMH's JSON goes to bench/target/results.json unless -rff says otherwise.",
            "",
            "ARGS are handed to JMH: patterns of benchmark names and options such as -p implementation=cpu, -wi 3, -i 5, -f 1; -l lists"
                    + " the benchmarks. Without ARGS all of them run shortly, but the one of losses: about a quarter of an hour on two cores.",
            "",
            "loss NAME times one loss, value alone and with its gradient: one that ships, a class, or MyLoss.java. A loss of triplets"
                    + " is timed at 64x48 unless -p size=... says otherwise.",
            "",
            "tune times the variants of the matrix product on the OpenCL device and prints a new table of choices, for whoever works on the"
                    + " kernels; nothing is changed by it. tune MxKxN ... takes other products than the table's, in all forms;"
                    + " tune conv times convolutions directly and by Winograd's algorithms and marks where the rule's choice isn't the"
                    + " fastest by more than 5 %%, tune conv BATCHxCHANNELSxOUTPUTSxKERNELxSIDE ... those of other layers.",
            "",
            "--with FILE adds rows that bench/peers/native.py has measured; --peers builds with ND4J and DJL's PyTorch, which it downloads,"
                    + " and adds their rows.",
            "",
            "compare takes turns with OpenBLAS and PyTorch and prints the table of performance goals; compare --list names its"
                    + " figures, docs/benchmarks.md has more."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad bench",
            "  hashgrad bench Matmul -p implementation=cpu,opencl",
            "  hashgrad bench loss MyLoss.java",
            "  hashgrad bench tune",
            "  hashgrad bench tune 1024x576x256",
            "  hashgrad bench tune conv",
            "  hashgrad bench compare demo pairwise"
        },
        subcommands = BenchCommand.Compare.class,
        mixinStandardHelpOptions = true)
final class BenchCommand extends Action {
    static final String NAME = "bench";
    static final String HOME = "hashgrad.home";

    private static final String PEERS = "--peers";
    private static final String LOSS = "loss";
    private static final String OF_LOSSES = "bench.LossBenchmark";
    private static final List<String> ALL =
            List.of("-e", OF_LOSSES, "-wi", "1", "-w", "500ms", "-i", "3", "-r", "500ms");

    @Parameters(
            paramLabel = "ARGS",
            arity = "0..*",
            description =
                    "Handed to JMH as they are; or loss NAME, then what else JMH is to be handed; or tune and what it takes, or compare.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path bench = Path.of(System.getProperty(HOME, "."), "bench");
        return ended(benchmarks(bench, arguments));
    }

    /** Its own options all go to the driver, {@code --help} too. */
    @Command(name = "compare", description = "Takes turns with OpenBLAS and PyTorch; --help has more.")
    static final class Compare extends Action {
        @Parameters(paramLabel = "ARGS", arity = "0..*", description = "Handed to bench/peers/compare.py.")
        private List<String> arguments = new ArrayList<>();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return ended(comparison(Path.of(System.getProperty(HOME, "."), "bench"), arguments));
        }
    }

    /** Runs a process that says in one line what is wrong, and passes its exit code on. */
    private static int ended(List<String> line) throws IOException, InterruptedException {
        ProcessBuilder process = new ProcessBuilder(line).inheritIO();
        process.environment().put("HASHGRAD_JAVA", java());
        int code = process.start().waitFor();
        if (code > ExitCodes.BAD_INPUT) {
            throw new IllegalStateException("bench: the benchmark process ended with code " + code);
        }
        return code;
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    /** The driver that takes turns with native peers; Debian's Python, which has Debian's PyTorch, where there is one. */
    static List<String> comparison(Path bench, List<String> arguments) {
        Path debian = Path.of("/usr/bin/python3");
        List<String> line = new ArrayList<>();
        line.add(Files.isExecutable(debian) ? debian.toString() : "python3");
        line.add(bench.resolve(Path.of("peers", "compare.py")).toString());
        line.addAll(arguments);
        return line;
    }

    /** JMH in a JVM like this one. @throws DataException when what is to run has not been built */
    static List<String> benchmarks(Path bench, List<String> arguments) {
        List<String> given = new ArrayList<>(arguments);
        boolean peers = given.remove(PEERS);
        Path jar = bench.resolve(Path.of("target", "benchmarks.jar"));
        if (!Files.isRegularFile(jar)) {
            throw new DataException("bench: no " + jar + "; build it with mvn -q -pl bench -am package");
        }
        List<String> program = List.of("-jar", jar.toString());
        if (peers) {
            Path built = bench.resolve(Path.of("peers", "jvm", "target"));
            if (!Files.isDirectory(built.resolve("lib"))) {
                throw new DataException(
                        "bench: no " + built.resolve("lib")
                                + "; build it with mvn -q -Ppeers -pl bench/peers/jvm -am package, which downloads ND4J and DJL");
            }
            String path = String.join(
                    File.pathSeparator,
                    jar.toString(),
                    built.resolve("classes").toString(),
                    built.resolve("lib") + "/*");
            program = List.of("-Dai.djl.offline=true", "-cp", path, "org.hashgrad.bench.Bench");
        }
        List<String> line = new ArrayList<>(List.of(java()));
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        line.addAll(program);
        line.addAll(forJmh(given));
        if (peers) {
            line.add(PEERS);
        }
        return line;
    }

    /** {@code loss NAME …} as the benchmark of one loss, which must be one; nothing as all others, shortly; everything else as it is, tune too. */
    static List<String> forJmh(List<String> arguments) {
        if (arguments.isEmpty()) {
            return ALL;
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
