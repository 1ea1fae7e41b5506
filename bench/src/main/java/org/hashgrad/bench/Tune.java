package org.hashgrad.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hashgrad.kernels.opencl.GemmTuning;

/** Times the variants of the matrix product over the table's shapes and prints a new table, as Markdown and as Java. Run: {@code ./hashgrad bench tune}. */
final class Tune {
    static final String COMMAND = "tune";

    private static final int ROUNDS = 9;
    /** A measurement's length: so many products that a wait for the device is a small part of it. */
    private static final double LEAST_SECONDS = 0.015;
    /** How much faster than the table's variant another has to be. */
    private static final double WORTH = 1.03;

    private Tune() {}

    static void run() {
        try (GemmTuning tuning = new GemmTuning()) {
            List<GemmTuning.Shape> shapes = GemmTuning.shapes();
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
            System.out.println("GFLOP/s, medians of " + ROUNDS + " rounds, F32, " + tuning.device()
                    + "; a variant must be " + Math.round(100 * (WORTH - 1)) + " % faster to replace the table's:");
            System.out.println();
            lines.forEach(System.out::println);
            System.out.println();
            System.out.println("The rows of GemmTable:");
            System.out.println();
            System.out.println(String.join("," + System.lineSeparator(), java));
        }
    }

    /** Median speed by variant; the variants take turns, so that what disturbs one disturbs all. */
    private static Map<String, Double> measure(GemmTuning tuning, GemmTuning.Shape shape) {
        Map<String, double[]> seconds = new LinkedHashMap<>();
        int times = 1;
        try (GemmTuning.Product product = tuning.open(shape)) {
            for (String variant : tuning.variants()) {
                product.run(variant, 1);
                times = (int) Math.max(times, LEAST_SECONDS / seconds(product, variant, 1));
                seconds.put(variant, new double[ROUNDS]);
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (Map.Entry<String, double[]> entry : seconds.entrySet()) {
                    entry.getValue()[round] = seconds(product, entry.getKey(), times);
                }
            }
        }
        Map<String, Double> gigaflops = new LinkedHashMap<>();
        seconds.forEach((variant, measured) -> {
            Arrays.sort(measured);
            gigaflops.put(variant, shape.flops() / measured[ROUNDS / 2] / 1e9);
        });
        return gigaflops;
    }

    private static double seconds(GemmTuning.Product product, String variant, int times) {
        long start = System.nanoTime();
        product.run(variant, times);
        return (System.nanoTime() - start) / 1e9 / times;
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
