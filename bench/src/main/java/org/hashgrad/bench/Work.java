package org.hashgrad.bench;

import java.util.Locale;
import java.util.Map;
import org.hashgrad.tensor.Peak;

/**
 * What one call of a benchmark has to do at least.
 *
 * @param flops floating-point operations, a multiply-add counted as two; 0 where they are not what bounds it
 * @param bytes of inputs to read once and results to write once; 0 where flops bound it
 */
record Work(double flops, double bytes) {
    /** Of a {@link Case} with or without an implementation; nothing where neither is known. */
    static Work of(String subject) {
        Map<String, String> p = Case.parameters(subject);
        return switch (subject.split("[ .]", 2)[0]) {
            case "Matmul" -> flops(MatmulBenchmark.flops(text(p, "size"), text(p, "calls")));
            case "Convolution" -> flops(ConvLayer.parse(text(p, "layer")).flops() * number(p, "calls"));
            case "ConvChain" ->
                flops(ConvChain.named(text(p, "chain"), number(p, "batch"))
                        .flops(text(p, "pass").equals("all")));
            case "TrainingStep" ->
                flops(new StepNetwork(text(p, "network"), number(p, "side")).flops(number(p, "batch")));
            case "Tanh" -> bytes(8.0 * number(p, "n"));
            case "LogCosh" -> bytes(8.0 * number(p, "n") * LogCoshBenchmark.BITS);
            case "Elementwise" -> bytes(ElementwiseBenchmark.bytes(text(p, "op"), text(p, "n")));
            case "Optimizer" -> bytes(OptimizerBenchmark.bytes(text(p, "rule"), text(p, "n")));
            case "BatchNorm" -> bytes(BatchNormBenchmark.bytes(text(p, "pass"), text(p, "size")));
            case "Pooling" -> bytes(PoolingBenchmark.bytes(text(p, "kind"), text(p, "pass"), text(p, "size")));
            case "OnePass" -> bytes(OnePassBenchmark.bytes(text(p, "op"), text(p, "size")));
            case "PairwiseLoss" -> flops(PairwiseLossBenchmark.flops(text(p, "size"), number(p, "calls")));
            case "PairwiseBank" -> flops(PairwiseBankBenchmark.flops(text(p, "size")));
            default -> new Work(0, 0);
        };
    }

    private static String text(Map<String, String> parameters, String key) {
        return parameters.getOrDefault(key, "");
    }

    private static int number(Map<String, String> parameters, String key) {
        return Integer.parseInt(text(parameters, key));
    }

    private static Work flops(double flops) {
        return new Work(flops, 0);
    }

    private static Work bytes(double bytes) {
        return new Work(0, bytes);
    }

    /** {@code 312.0 GF/s} or {@code 31.2 GB/s}; empty where neither is known. */
    String rate(double milliseconds) {
        if (flops == 0 && bytes == 0) {
            return "";
        }
        return String.format(
                Locale.ROOT, "%.1f %s", Math.max(flops, bytes) / milliseconds * 1e-6, flops > 0 ? "GF/s" : "GB/s");
    }

    /** {@code 74 %}; a row in cache, or of fewer operations than are counted, may have more than 100. */
    String share(double milliseconds, Peak peak) {
        if (flops == 0 && bytes == 0) {
            return "";
        }
        double most = flops > 0 ? flops / peak.flops() : bytes / peak.bytes();
        return String.format(Locale.ROOT, "%.0f %%", most / milliseconds * 1e5);
    }
}
