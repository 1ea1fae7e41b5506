package org.hashgrad.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks that JMH's own arguments choose and prints one Markdown table, each row beside plain Java loops. */
public final class Bench {
    private static final String IMPLEMENTATION = "implementation";
    private static final String BASELINE = "java-loops";

    private Bench() {}

    /** JMH's arguments, for example {@code Matmul -p implementation=cpu,opencl -rf json -rff bench.json}; or {@code tune}. */
    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException, IOException {
        if (arguments.length == 1 && arguments[0].equals(Tune.COMMAND)) {
            Tune.run();
            return;
        }
        CommandLineOptions chosen = new CommandLineOptions(arguments);
        if (chosen.shouldHelp()) {
            chosen.showHelp();
            return;
        }
        Runner runner = new Runner(options(chosen));
        if (chosen.shouldList()) {
            runner.list();
            return;
        }
        System.out.print(table(runner.run()));
    }

    private static org.openjdk.jmh.runner.options.Options options(CommandLineOptions chosen) {
        ChainedOptionsBuilder builder = new OptionsBuilder().parent(chosen);
        if (chosen.getResult().hasValue() && !chosen.getResultFormat().hasValue()) {
            builder.resultFormat(ResultFormatType.JSON);
        }
        return builder.build();
    }

    /** One row per benchmark, parameters and implementation. */
    static String table(Collection<RunResult> results) {
        Map<String, Double> baselines = new LinkedHashMap<>();
        for (RunResult result : results) {
            if (BASELINE.equals(result.getParams().getParam(IMPLEMENTATION))) {
                baselines.put(subject(result), result.getPrimaryResult().getScore());
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("| benchmark | implementation | " + unit(results) + " | ± | GFLOP/s | times plain Java |");
        lines.add("|---|---|---:|---:|---:|---:|");
        for (RunResult result : results) {
            double score = result.getPrimaryResult().getScore();
            Double baseline = baselines.get(subject(result));
            double flops = Work.flops(result.getParams());
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.3f | %.3f | %s | %s |",
                    subject(result),
                    result.getParams().getParam(IMPLEMENTATION),
                    score,
                    result.getPrimaryResult().getScoreError(),
                    flops > 0 ? String.format(Locale.ROOT, "%.1f", flops / score / 1e6) : "",
                    baseline == null ? "" : String.format(Locale.ROOT, "%.2f", baseline / score)));
        }
        lines.add("");
        lines.add("Java " + System.getProperty("java.vm.version") + ", "
                + Runtime.getRuntime().availableProcessors()
                + " processors; lower is better; plain Java is one thread.");
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private static String unit(Collection<RunResult> results) {
        return results.isEmpty()
                ? "time"
                : results.iterator().next().getPrimaryResult().getScoreUnit();
    }

    /** Benchmark and parameters without the implementation. */
    private static String subject(RunResult result) {
        String name = result.getParams().getBenchmark();
        StringBuilder subject = new StringBuilder(name.substring(name.lastIndexOf('.') + 1));
        for (String key : new TreeSet<>(result.getParams().getParamsKeys())) {
            if (!key.equals(IMPLEMENTATION)) {
                subject.append(' ').append(result.getParams().getParam(key));
            }
        }
        return subject.toString();
    }
}
