package org.hashgrad.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.hashgrad.kernels.opencl.ConvTuning;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.WinogradMode;

/**
 * Times the definition and Winograd's algorithms over layers and says where the rule on shapes does not choose the fastest. Run:
 * {@code ./hashgrad bench tune conv}.
 */
final class TuneConvolution {
    static final String WHAT = "conv";

    /** How many times longer than the fastest the rule's choice may take. */
    private static final double SLACK = 1.05;
    /** Channels of a picture, which needs no gradient. */
    private static final int COLOURS = 3;
    /** Those of {@code bench compare layers}, then small ones, at the rule's edges and beyond. */
    private static final List<String> LAYERS = List.of(
            "32x3x64x11x224x4x2",
            "32x64x192x5x27",
            "32x192x384x3x13",
            "32x384x256x3x13",
            "32x256x256x3x13",
            "32x64x64x3x32",
            "32x32x32x5x16",
            "64x32x32x5x14",
            "64x32x64x5x7",
            "32x16x16x3x32",
            "32x32x32x3x16",
            "32x32x32x5x5",
            "64x64x64x3x3",
            "32x512x512x3x2",
            "1x256x256x3x13",
            "1x32x32x5x16");

    private TuneConvolution() {}

    /** @param chosen layers as {@link ConvLayer#parse} takes them; none for those that are known here */
    static void run(PrintStream out, List<String> chosen) {
        List<String> texts = chosen.isEmpty() ? LAYERS : chosen;
        List<ConvLayer> layers = texts.stream().map(TuneConvolution::layer).toList();
        try (ConvTuning tuning = new ConvTuning()) {
            out.println("ms, medians of " + Turns.ROUNDS + " rounds, F32, images blocked, weights new in each call, "
                    + tuning.device() + ":");
            out.println();
            out.println("| layer | pass | " + String.join(" | ", names()) + " | rule | faster by more than "
                    + Math.round(100 * (SLACK - 1)) + " % |");
            out.println("|---|---|" + "---:|".repeat(names().size()) + "---|---|");
            for (int i = 0; i < texts.size(); i++) {
                out.println(row(tuning, texts.get(i), layers.get(i), false));
                if (layers.get(i).channels() > COLOURS) {
                    out.println(row(tuning, texts.get(i), layers.get(i), true));
                }
            }
        }
    }

    private static ConvLayer layer(String text) {
        if (!text.matches("[1-9]\\d*(x[1-9]\\d*){4}(x[1-9]\\d*x\\d+)?")) {
            throw new IllegalArgumentException(
                    "tune conv: need BATCHxCHANNELSxOUTPUTSxKERNELxSIDE, with xSTRIDExPADDING"
                            + " behind it or not, for example 64x32x64x5x7, got '" + text + "'");
        }
        return ConvLayer.parse(text);
    }

    private static String row(ConvTuning tuning, String text, ConvLayer layer, boolean adjoint) {
        List<Scope> open = new ArrayList<>();
        Map<String, Turns.Way> ways = new LinkedHashMap<>();
        Map<String, Double> seconds;
        try {
            for (WinogradMode mode : tuning.ways(layer.input(), layer.weights(), layer.geometry())) {
                open.add(tuning.on(mode).openScope());
                ways.put(name(mode), way(tuning.on(mode), layer, adjoint));
            }
            seconds = Turns.seconds(ways);
        } finally {
            open.forEach(Scope::close);
        }
        String rule = name(tuning.rule(layer.input(), layer.weights(), layer.geometry()));
        StringBuilder row = new StringBuilder("| " + text + " | " + (adjoint ? "input-gradient" : "forward") + " |");
        for (String name : names()) {
            Double measured = seconds.get(name);
            row.append(measured == null ? " - |" : String.format(Locale.ROOT, " %.3f |", 1e3 * measured));
        }
        return row.append(" " + rule + " | " + better(rule, seconds) + " |").toString();
    }

    /** The fastest way and how many times faster than the rule's it is; empty where that is within the slack. */
    static String better(String rule, Map<String, Double> seconds) {
        double ruled = seconds.getOrDefault(rule, Double.NaN);
        Map.Entry<String, Double> fastest =
                seconds.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
        return ruled > SLACK * fastest.getValue()
                ? String.format(Locale.ROOT, "**%s %.2f times**", fastest.getKey(), ruled / fastest.getValue())
                : "";
    }

    /** A convolution with weights that nobody has packed or transformed yet, as they are after an update. */
    private static Turns.Way way(Backend backend, ConvLayer layer, boolean adjoint) {
        Tensor image = backend.fill(adjoint ? layer.output() : layer.input(), 1);
        return times -> {
            for (int time = 0; time < times; time++) {
                Scope scope = backend.openScope();
                try {
                    convolved(backend, layer, image, backend.fill(layer.weights(), 1), adjoint);
                } finally {
                    scope.close();
                }
            }
            backend.synchronize();
        };
    }

    private static Tensor convolved(Backend backend, ConvLayer layer, Tensor image, Tensor weights, boolean adjoint) {
        return adjoint
                ? backend.conv2dInputGradient(image, weights, layer.input(), layer.geometry())
                : backend.conv2d(image, weights, layer.geometry());
    }

    private static List<String> names() {
        return Stream.of(WinogradMode.values()).map(TuneConvolution::name).toList();
    }

    private static String name(WinogradMode mode) {
        return mode == WinogradMode.OFF ? "direct" : mode.name().toLowerCase(Locale.ROOT);
    }
}
