package org.hashgrad.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hashgrad.kernels.opencl.GemmTuning;

/**
 * Times the variants of the matrix product over the table's shapes or others and prints a new table, as Markdown and as Java. Run:
 * {@code ./hashgrad bench tune}, {@code ./hashgrad bench tune 1024x576x256}.
 */
final class Tune {
    static final String COMMAND = "tune";

    /** How much faster than the table's variant another has to be. */
    private static final double WORTH = 1.03;

    private Tune() {}

    /**
     * @param what products M x K x N, each measured in all forms; nothing for the table's; or {@code conv} and layers for {@link TuneConvolution}
     * @throws IllegalArgumentException for anything else
     */
    static void run(PrintStream out, List<String> what) {
        if (!what.isEmpty() && what.get(0).equals(TuneConvolution.WHAT)) {
            TuneConvolution.run(out, what.subList(1, what.size()));
            return;
        }
        List<GemmTuning.Shape> chosen =
                what.stream().flatMap(text -> shapes(text).stream()).toList();
        try (GemmTuning tuning = new GemmTuning()) {
            List<GemmTuning.Shape> shapes = chosen.isEmpty() ? GemmTuning.shapes() : chosen;
            List<String> lines = new ArrayList<>();
            List<String> java = new ArrayList<>();
            lines.add("| form | M, N, K | " + String.join(" | ", tuning.variants()) + " | fastest |");
            lines.add("|---|---|" + "---:|".repeat(tuning.variants().size()) + "---|");
            for (GemmTuning.Shape shape : shapes) {
                System.err.printf(
                        "tune: %d of %d: %s %d, %d, %d%n",
                        lines.size() - 1, shapes.size(), shape.kind(), shape.m(), shape.n(), shape.k());
                Map<String, Double> gigaflops = measure(tuning, shape);
                String fastest = choice(shape.variant(), gigaflops);
                lines.add(row(shape, gigaflops, fastest));
                java.add(String.format(
                        Locale.ROOT,
                        "            row(\"%s\", %s, %d, %d, %d)",
                        shape.kind(),
                        fastest,
                        shape.m(),
                        shape.n(),
                        shape.k()));
            }
            out.println("GFLOP/s, medians of " + Turns.ROUNDS + " rounds, F32, " + tuning.device()
                    + "; a variant must be " + Math.round(100 * (WORTH - 1)) + " % faster to replace the table's:");
            out.println();
            lines.forEach(out::println);
            out.println();
            out.println("The rows of GemmTable:");
            out.println();
            out.println(String.join("," + System.lineSeparator(), java));
        }
    }

    /** The forms of {@code M x K x N}. */
    static List<GemmTuning.Shape> shapes(String text) {
        if (!text.matches("[1-9]\\d*(x[1-9]\\d*){2}")) {
            throw new IllegalArgumentException(
                    "tune: need products MxKxN, for example 1024x576x256, or conv, got '" + text + "'");
        }
        int[] e = Extents.parse(text);
        return GemmTuning.kinds().stream()
                .map(kind -> GemmTuning.shape(kind, e[0], e[2], e[1]))
                .toList();
    }

    /** Median speed by variant. */
    private static Map<String, Double> measure(GemmTuning tuning, GemmTuning.Shape shape) {
        Map<String, Double> gigaflops = new LinkedHashMap<>();
        try (GemmTuning.Product product = tuning.open(shape)) {
            Map<String, Turns.Way> ways = new LinkedHashMap<>();
            for (String variant : tuning.variants()) {
                ways.put(variant, times -> product.run(variant, times));
            }
            Turns.seconds(ways).forEach((variant, seconds) -> gigaflops.put(variant, shape.flops() / seconds / 1e9));
        }
        return gigaflops;
    }

    /** The present variant, unless another one is worth a change. */
    static String choice(String present, Map<String, Double> gigaflops) {
        String best = present;
        double bar = gigaflops.getOrDefault(present, 0.0) * WORTH;
        for (Map.Entry<String, Double> entry : gigaflops.entrySet()) {
            if (entry.getValue() > bar) {
                best = entry.getKey();
                bar = entry.getValue();
            }
        }
        return best;
    }

    private static String row(GemmTuning.Shape shape, Map<String, Double> gigaflops, String fastest) {
        StringBuilder row = new StringBuilder(
                String.format(Locale.ROOT, "| %s | %d, %d, %d |", shape.kind(), shape.m(), shape.n(), shape.k()));
        gigaflops.values().forEach(value -> row.append(String.format(Locale.ROOT, " %.0f |", value)));
        return row.append(' ').append(fastest).append(" |").toString();
    }
}
