package org.hashgrad.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Times {@link Case}s on request, so that another process can take turns between this one and a peer's. A request is a line of standard
 * input, its answer a line of standard output:
 *
 * <pre>  prepare SECONDS CASE   sets up and warms up   → ok
 *  run SECONDS CASE       calls again and again  → ok MEDIAN BEST CALLS   in milliseconds, at least three calls
 *  anything that fails                           → error MESSAGE </pre>
 */
public final class Worker {
    private static final int LEAST = 3;
    private static final int MOST = 100_000;

    private final Map<String, Case> prepared = new HashMap<>();
    private final Blackhole blackhole = new Blackhole(
            "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

    Worker() {}

    public static void main(String[] arguments) throws IOException {
        Worker worker = new Worker();
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(worker.answer(line));
        }
        System.exit(0);
    }

    String answer(String line) {
        String[] words = line.strip().split("\\s+", 2);
        try {
            return switch (words[0]) {
                case "prepare" -> prepare(words[1].split("\\s+", 2));
                case "run" -> run(words[1].split("\\s+", 2));
                default -> throw new IllegalArgumentException("need prepare or run, got '" + line + "'");
            };
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return "error " + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        }
    }

    private String prepare(String... words) {
        Case made = new Case(words[1]);
        prepared.put(words[1], made);
        times(made, Double.parseDouble(words[0]));
        return "ok";
    }

    private String run(String... words) {
        Case chosen = prepared.get(words[1]);
        if (chosen == null) {
            throw new IllegalArgumentException("'" + words[1] + "' is not prepared");
        }
        double[] times = times(chosen, Double.parseDouble(words[0]));
        Arrays.sort(times);
        return String.format(Locale.ROOT, "ok %.6f %.6f %d", times[times.length / 2], times[0], times.length);
    }

    /** Milliseconds of each call. */
    private double[] times(Case chosen, double seconds) {
        double[] times = new double[MOST];
        int count = 0;
        long start = System.nanoTime();
        long before = start;
        while (count < LEAST || (count < MOST && before - start < seconds * 1e9)) {
            blackhole.consume(chosen.call());
            long now = System.nanoTime();
            times[count++] = (now - before) * 1e-6;
            before = now;
        }
        return Arrays.copyOf(times, count);
    }
}
