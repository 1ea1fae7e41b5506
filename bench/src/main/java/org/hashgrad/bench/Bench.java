package org.hashgrad.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Peak;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
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
     * another program measured, see {@link Row#read}; {@code --peers} for those of every {@link Peer} of this build. Or {@code tune}.
     *
     * @throws IllegalArgumentException when a file of {@code --with} is missing or no list of rows
     */
    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException, IOException {
        if (arguments.length == 1 && arguments[0].equals(Tune.COMMAND)) {
            Tune.run();
            return;
        }
        List<String> forJmh = new ArrayList<>(Arrays.asList(arguments));
        List<Row> others = others(forJmh);
        List<Peer> peers = forJmh.remove(PEERS) ? Peers.all() : List.of();
        CommandLineOptions chosen = new CommandLineOptions(forJmh.toArray(new String[0]));
        if (chosen.shouldHelp()) {
            chosen.showHelp();
            return;
        }
        Runner runner = new Runner(options(chosen));
        if (chosen.shouldList()) {
            runner.list();
            return;
        }
        Measured measured = Measured.now();
        List<Row> rows = new ArrayList<>();
        runner.run().forEach(result -> rows.add(Row.of(result)));
        for (Peer peer : peers) {
            Options options = new OptionsBuilder()
                    .parent(chosen)
                    .exclude("\\.(?!(" + String.join("|", peer.benchmarks()) + ")Benchmark\\.)\\w+Benchmark\\.")
                    .param("implementation", peer.name())
                    .build();
            new Runner(options).run().forEach(result -> rows.add(Row.of(result)));
        }
        rows.addAll(others);
        rows.sort(Comparator.comparing(Row::subject));
        System.out.print(Table.of(rows, measured.peak.orElse(null), Machine.line(measured.device)));
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

    private static Options options(CommandLineOptions chosen) {
        ChainedOptionsBuilder builder = new OptionsBuilder().parent(chosen);
        if (!chosen.getResultFormat().hasValue()) {
            builder.resultFormat(ResultFormatType.JSON);
        }
        if (!chosen.getResult().hasValue()) {
            builder.result(Path.of(System.getProperty("hashgrad.home", "."), "bench", "target", "results.json")
                    .toString());
        }
        return builder.build();
    }

    private record Measured(Optional<Peak> peak, String device) {
        static Measured now() {
            try (Backend backend = Backends.installed().open("opencl")) {
                return new Measured(backend.peak(), backend.name());
            } catch (BackendException e) {
                return new Measured(Optional.empty(), String.valueOf(e.getMessage()));
            }
        }
    }
}
