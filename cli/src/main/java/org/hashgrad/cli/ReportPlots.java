package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hashgrad.hashing.code.BitStatistics;
import org.hashgrad.hashing.method.BitBalance;
import org.hashgrad.hashing.metric.PairDistances;
import org.hashgrad.hashing.protocol.StoredRun.Search;

/** The plots of a report; runs keep their colours from plot to plot. */
final class ReportPlots {
    private static final String TRAIN = "train";
    private static final Set<String> SHOWN = Set.of("loss", "rate", "bit_imbalance_mean", "bit_correlation_mean");
    private static final Set<String> NOT_SHOWN =
            Set.of("epoch", "seconds", "bit_imbalance_worst", "bit_correlation_worst");

    private final List<ReportRun> runs;

    ReportPlots(List<ReportRun> runs) {
        this.runs = runs;
    }

    /**
     * One picture.
     *
     * @param file its name without ending
     * @param caption how to read it
     */
    record Plot(String file, String caption, String svg, Picture.Drawing png) {
        /** Whatever logs and figures are called, the name is one of a file in the folder that is written to. */
        Plot {
            file = plain(file);
        }

        static Plot of(String file, String caption, LineChart chart) {
            return new Plot(file, caption, chart.svg(), chart::png);
        }
    }

    /** What the logs have, epoch by epoch. */
    List<Plot> training() {
        List<Plot> plots = new ArrayList<>();
        List<String> methods =
                runs.stream().map(run -> run.stored().method()).distinct().toList();
        for (String method : methods) {
            boolean one = methods.size() == 1;
            add(
                    plots,
                    one ? "loss" : "loss-" + method,
                    "Mean over the batches of an epoch" + (one ? "." : "; losses of different methods do not compare."),
                    epochs(one ? "Loss" : "Loss, " + method, "loss", TRAIN, "loss", method));
        }
        add(plots, "learning-rate", "At the end of the epoch.", epochs("Learning rate", "rate", TRAIN, "rate"));
        add(
                plots,
                "bit-imbalance",
                "Mean over bits of |mean b| of the training codes: 0 where every bit splits them in halves, 1 where none splits them.",
                epochs("Bit imbalance in training", "imbalance", TRAIN, "bit_imbalance_mean"));
        add(
                plots,
                "bit-correlation",
                "Mean over pairs of bits of |correlation| of the training codes.",
                epochs("Bit correlation in training", "correlation", TRAIN, "bit_correlation_mean"));
        for (String key : others()) {
            add(plots, key.replace('_', '-'), "As the method logs it.", epochs(key, "value", TRAIN, key));
        }
        add(
                plots,
                "pretraining-loss",
                "Of the backbone as a classifier, before the method's own training.",
                epochs("Pretraining loss", "loss", "pretrain", "loss"));
        return plots;
    }

    private static void add(List<Plot> plots, String file, String caption, LineChart chart) {
        if (!chart.isEmpty()) {
            plots.add(Plot.of(file, caption, chart));
        }
    }

    /** What methods log besides. */
    private Set<String> others() {
        Set<String> keys = new LinkedHashSet<>();
        for (ReportRun run : runs) {
            for (Map<String, Object> line : run.stored().log()) {
                line.forEach((key, value) -> {
                    if (value instanceof Number
                            && !SHOWN.contains(key)
                            && !NOT_SHOWN.contains(key)
                            && !key.endsWith("_seconds")) {
                        keys.add(key);
                    }
                });
            }
        }
        return keys;
    }

    private LineChart epochs(String title, String yTitle, String stage, String key) {
        return epochs(title, yTitle, stage, key, "");
    }

    private LineChart epochs(String title, String yTitle, String stage, String key, String method) {
        LineChart chart = new LineChart(title, "epoch", yTitle);
        for (ReportRun run : runs) {
            if (!method.isEmpty() && !run.stored().method().equals(method)) {
                continue;
            }
            List<Double> x = new ArrayList<>();
            List<Double> y = new ArrayList<>();
            for (Map<String, Object> line : run.stored().log()) {
                if (stage.equals(line.get("stage"))
                        && line.get("epoch") instanceof Number epoch
                        && line.get(key) instanceof Number value) {
                    x.add(epoch.doubleValue());
                    y.add(value.doubleValue());
                }
            }
            chart.curve(run.name(), run.hue(), x, y);
        }
        return chart;
    }

    /** The curves of the hashing papers for one search. */
    List<Plot> retrieval(String name) {
        LineChart byRadius = new LineChart("Precision and recall by radius", "recall", "precision");
        LineChart byRank = new LineChart("Precision and recall by rank", "recall", "precision");
        LineChart top = new LineChart("Precision of the first N", "N", "precision");
        runs.forEach(run -> run.search(name).ifPresent(search -> {
            if (search.figures().get("pr_by_radius") instanceof Map<?, ?> curve) {
                byRadius.curve(run.name(), run.hue(), numbers(curve, "recall"), numbers(curve, "precision"));
            }
            if (search.figures().get("pr_by_rank") instanceof Map<?, ?> curve) {
                byRank.curve(run.name(), run.hue(), numbers(curve, "recall"), numbers(curve, "precision"));
            }
            if (search.figures().get("precision_at_N") instanceof Map<?, ?> precisions) {
                List<String> ns = precisions.keySet().stream()
                        .map(String::valueOf)
                        .sorted(Comparator.comparingInt(Integer::parseInt))
                        .toList();
                top.curve(
                        run.name(),
                        run.hue(),
                        ns.stream().map(Double::valueOf).toList(),
                        ns.stream()
                                .map(n -> Figures.number(precisions, n).doubleValue())
                                .toList());
            }
        }));
        List<Plot> plots = new ArrayList<>();
        add(
                plots,
                "pr-by-radius-" + name,
                "One point per Hamming radius 0 … k, sums over all queries (micro average). A curve ends on the left at radius 0.",
                byRadius);
        add(
                plots,
                "pr-by-rank-" + name,
                "One point per number N of first items, means over queries (macro average); within equal distances every order is"
                        + " equally likely.",
                byRank);
        add(
                plots,
                "precision-at-n-" + name,
                "Mean over queries of the share of relevant items among the first N.",
                top);
        return plots;
    }

    private static List<Double> numbers(Map<?, ?> curve, String key) {
        return curve.get(key) instanceof List<?> list
                ? list.stream().map(value -> ((Number) value).doubleValue()).toList()
                : List.of();
    }

    /** How far similar and dissimilar pairs are apart, a plot for each run that has codes. */
    List<Plot> distances(String name) {
        List<Plot> plots = new ArrayList<>();
        for (ReportRun run : runs) {
            Optional<Search> search = run.search(name).filter(run.stored()::hasCodes);
            if (search.isPresent()) {
                PairDistances pairs = run.pairs(search.get());
                boolean real = run.setting("ranking").equals("real");
                LineChart chart = new LineChart(
                        (real ? "Distances of outputs, " : "Hamming distances, ") + run.name(),
                        "distance",
                        "share of the pairs");
                chart.steps("similar pairs", 0, shares(pairs.similar()));
                chart.steps("dissimilar pairs", 1, shares(pairs.dissimilar()));
                plots.add(Plot.of(
                        "distances-" + name + "-" + fileName(run),
                        String.format(
                                Locale.ROOT,
                                "%,d similar and %,d dissimilar pairs of a query and a database item, each kind as shares of its own.",
                                Arrays.stream(pairs.similar()).sum(),
                                Arrays.stream(pairs.dissimilar()).sum()),
                        chart));
            }
        }
        return plots;
    }

    private static List<Double> shares(long[] counts) {
        double all = Math.max(1, Arrays.stream(counts).sum());
        return Arrays.stream(counts).mapToObj(count -> count / all).toList();
    }

    /** How evenly the stored codes of the headline's databases use their bits. */
    List<Plot> bits() {
        List<Plot> plots = new ArrayList<>();
        LineChart balance =
                new LineChart("Share of +1, bit by bit", "bit, in ascending order of its share", "share of +1");
        List<Plot> maps = new ArrayList<>();
        for (ReportRun run : runs) {
            for (Search search : run.stored().headline()) {
                if (run.stored().hasCodes(search)) {
                    String set = run.stored().hasTwoMedia() ? search.database() : "";
                    String title = run.name() + (set.isEmpty() ? "" : ", " + set);
                    BitStatistics bits = run.bits(search.database());
                    List<Double> x = new ArrayList<>();
                    List<Double> shares = new ArrayList<>();
                    for (int b = 0; b < bits.bits(); b++) {
                        x.add(b + 1.0);
                        shares.add((1 + bits.mean(b)) / 2);
                    }
                    shares.sort(Comparator.naturalOrder());
                    balance.curve(
                            title, set.isEmpty() ? run.hue() : balance.lines().size(), x, shares);
                    maps.add(correlation(title, fileName(run) + (set.isEmpty() ? "" : "-" + set), bits));
                }
            }
        }
        add(
                plots,
                "bit-balance",
                "A bit that splits the database in halves has 0.5; one at 0 or 1 says nothing.",
                balance);
        plots.addAll(maps);
        return plots;
    }

    private static Plot correlation(String title, String file, BitStatistics bits) {
        BitBalance balance = BitBalance.of(bits);
        String figures = String.format(
                Locale.ROOT,
                "Mean |mean b| %.3f, largest %.3f; mean |correlation| of two bits %.3f, largest %.3f.",
                balance.meanImbalance(),
                balance.worstImbalance(),
                balance.meanCorrelation(),
                balance.worstCorrelation());
        HeatMap map = new HeatMap(
                "|Correlation| of bits, " + title, figures, bits.bits(), (a, b) -> Math.abs(bits.correlation(a, b)));
        return new Plot("bit-correlation-" + file, figures, map.svg(), map::png);
    }

    private static String fileName(ReportRun run) {
        return (run.hue() + 1) + "-" + plain(run.name());
    }

    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9._=-]+", "_");
    }
}
