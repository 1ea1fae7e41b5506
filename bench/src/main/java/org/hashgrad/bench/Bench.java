package org.hashgrad.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Peak;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Measures the machine's peak, runs the benchmarks that JMH's own arguments choose, and prints one Markdown table. */
public final class Bench {
    private static final String WITH = "--with";
    private static final String PEERS = "--peers";

    private Bench() {}

    /**
     * JMH's arguments, for example {@code Matmul -p implementation=cpu,opencl -rf json -rff bench.json}; {@code --with FILE} for rows that
     * another program measured, see {@link Row#read}; {@code --peers} for those of every {@link Peer} of this build. Or {@code tune} and what {@link Tune#run} takes. Exits
     * with 1 when a row that was asked for failed, 2 when nothing was measured.
     */
    public static void main(String[] arguments) {
        int code = run(System.err, arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** The exit code; what is wrong goes to {@code err}, one line. */
    static int run(PrintStream err, String... arguments) {
        try {
            int missing = measure(arguments);
            if (missing > 0) {
                err.println("bench: " + missing + " of the rows asked for failed; JMH's output above says why");
            }
            return missing > 0 ? 1 : 0;
        } catch (CommandLineOptionException | IllegalArgumentException | BackendException e) {
            err.println(String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
            return 2;
        } catch (RunnerException | IOException e) {
            err.println("bench: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
            return 1;
        }
    }

    /** How many rows that were asked for are missing; what a peer lacks is none of them. */
    private static int measure(String... arguments) throws RunnerException, CommandLineOptionException, IOException {
        if (arguments.length > 0 && arguments[0].equals(Tune.COMMAND)) {
            Tune.run(System.out, List.of(arguments).subList(1, arguments.length));
            return 0;
        }
        List<String> forJmh = new ArrayList<>(Arrays.asList(arguments));
        List<Row> others = others(forJmh);
        List<Peer> peers = forJmh.remove(PEERS) ? Peers.all() : List.of();
        CommandLineOptions chosen = new CommandLineOptions(forJmh.toArray(new String[0]));
        if (chosen.shouldHelp()) {
            chosen.showHelp();
            return 0;
        }
        Options ours = new WithoutFile(chosen);
        Runner runner = new Runner(ours);
        if (chosen.shouldList()) {
            runner.list();
            return 0;
        }
        int wanted = Selection.of(ours).rows();
        Path file = Path.of(chosen.getResult()
                .orElse(Path.of(System.getProperty("hashgrad.home", "."), "bench", "target", "results.json")
                        .toString()));
        Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent(), "bench: -rff names no file"));
        Measured measured = Measured.now();
        List<RunResult> results = new ArrayList<>(runner.run());
        int missing = wanted - results.size();
        for (Peer peer : peers) {
            Options options = new WithoutFile(chosen)
                    .exclude("\\.(?!(" + String.join("|", peer.benchmarks()) + ")Benchmark\\.)\\w+Benchmark\\.")
                    .param("implementation", peer.name())
                    .build();
            if (!Selection.isEmpty(options)) {
                results.addAll(new Runner(options).run());
            }
        }
        ResultFormatFactory.getInstance(chosen.getResultFormat().orElse(ResultFormatType.JSON), file.toString())
                .writeOut(results);
        List<Row> rows = new ArrayList<>(others);
        results.forEach(result -> rows.add(Row.of(result)));
        rows.sort(Comparator.comparing(Row::subject));
        System.out.print(Table.of(rows, measured.peaks, Machine.line(measured.device)));
        return missing;
    }

    /** Takes {@code --with FILE} out of the arguments. */
    static List<Row> others(List<String> arguments) {
        List<Row> rows = new ArrayList<>();
        for (int at = arguments.indexOf(WITH); at >= 0; at = arguments.indexOf(WITH)) {
            if (at + 1 == arguments.size()) {
                throw new IllegalArgumentException("bench: --with needs a file");
            }
            rows.addAll(Row.read(Path.of(arguments.remove(at + 1))));
            arguments.remove(at);
        }
        return rows;
    }

    /** As chosen, but without a file of results: one is written of all runs. */
    private static final class WithoutFile extends OptionsBuilder {
        private static final long serialVersionUID = 1;

        WithoutFile(Options chosen) {
            parent(chosen);
        }

        @Override
        public org.openjdk.jmh.util.Optional<String> getResult() {
            return org.openjdk.jmh.util.Optional.none();
        }

        @Override
        public org.openjdk.jmh.util.Optional<ResultFormatType> getResultFormat() {
            return org.openjdk.jmh.util.Optional.none();
        }
    }

    /** What each backend reaches on its device, before the benchmarks start. */
    private record Measured(Map<String, Peak> peaks, String device) {
        static Measured now() {
            Map<String, Peak> peaks = new HashMap<>();
            String device;
            try (Backend cpu = Backends.installed().open("cpu")) {
                device = cpu.name();
                cpu.peak().ifPresent(peak -> peaks.put("cpu", peak));
            }
            try (Backend opencl = Backends.installed().open("opencl")) {
                device = opencl.name();
                opencl.peak().ifPresent(peak -> peaks.put("opencl", peak));
            } catch (BackendException e) {
                device += " (" + e.getMessage() + ")";
            }
            return new Measured(peaks, device);
        }
    }
}
