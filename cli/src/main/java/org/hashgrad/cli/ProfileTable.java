package org.hashgrad.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.tensor.Peak;

/** A profile for people: one table by operation and kernel, one by layer, both per step. */
final class ProfileTable {
    private static final String NONE = "-";

    private final TrainingProfile profile;
    private final double steps;
    private final double wall;

    ProfileTable(TrainingProfile profile) {
        this.profile = profile;
        this.steps = profile.countedSteps();
        this.wall = profile.countedNanos();
    }

    @Override
    public String toString() {
        if (steps == 0) {
            return "profile: the first " + TrainingProfile.WARM_UP
                    + " steps warm up and don't count; there were no more" + System.lineSeparator();
        }
        String peak = profile.peak()
                .map(p -> String.format(
                        Locale.ROOT,
                        "; at most %.0f GF/s of multiply-adds and %.1f GB/s of copies were measured here",
                        p.flops() * 1e-9,
                        p.bytes() * 1e-9))
                .orElse("");
        String head = String.format(
                Locale.ROOT,
                "profile: %.0f steps of %.2f ms, ends of epochs included, the first %d left out%s%n",
                steps,
                wall / steps * 1e-6,
                TrainingProfile.WARM_UP,
                peak);
        return head + System.lineSeparator() + kernels() + System.lineSeparator() + layers();
    }

    private String kernels() {
        Table table = new Table("per step: operation, kernel", "launches", "ms", "share", "GF/s", "GB/s", "of peak");
        TrainingProfile.Sum all = new TrainingProfile.Sum();
        List<Map.Entry<String, Map<String, TrainingProfile.Sum>>> largestFirst = profile.kernels().entrySet().stream()
                .sorted(Comparator.comparing(e -> -total(e.getValue()).nanos()))
                .toList();
        for (Map.Entry<String, Map<String, TrainingProfile.Sum>> operation : largestFirst) {
            TrainingProfile.Sum sum = total(operation.getValue());
            all.add(sum);
            row(table, operation.getKey(), sum);
            if (operation.getValue().size() > 1 || !operation.getValue().containsKey(operation.getKey())) {
                operation.getValue().entrySet().stream()
                        .sorted(Comparator.comparing(e -> -e.getValue().nanos()))
                        .forEach(kernel -> kernelRow(table, kernel.getKey(), kernel.getValue()));
            }
        }
        row(table, "all", all);
        return table.toString();
    }

    private static TrainingProfile.Sum total(Map<String, TrainingProfile.Sum> kernels) {
        TrainingProfile.Sum total = new TrainingProfile.Sum();
        kernels.values().forEach(total::add);
        return total;
    }

    private void row(Table table, String name, TrainingProfile.Sum sum) {
        boolean counted = sum.flops() > 0;
        double rate = (counted ? sum.flops() : sum.bytes()) / sum.nanos();
        Optional<Double> most = profile.peak().map(counted ? Peak::flops : Peak::bytes);
        table.row(
                name,
                launches(sum),
                milliseconds(sum),
                share(sum.nanos()),
                counted ? number(rate) : NONE,
                number(sum.bytes() / sum.nanos()),
                most.map(peak -> percent(rate * 1e9 / peak)).orElse(NONE));
    }

    /** A kernel's share of its operation's work is not known. */
    private void kernelRow(Table table, String name, TrainingProfile.Sum sum) {
        table.row(
                "  " + name,
                launches(sum),
                milliseconds(sum),
                share(sum.nanos()),
                NONE,
                number(sum.bytes() / sum.nanos()),
                NONE);
    }

    private String layers() {
        Table table = new Table("per step: layer", "forward ms", "backward ms", "share");
        profile.layers()
                .forEach((layer, sums) -> table.row(
                        layer.isEmpty() ? "(no layer)" : layer,
                        milliseconds(sums[0]),
                        milliseconds(sums[1]),
                        share(sums[0].nanos() + sums[1].nanos())));
        return table.toString();
    }

    private String launches(TrainingProfile.Sum sum) {
        double each = sum.launches() / steps;
        return String.format(Locale.ROOT, each == Math.rint(each) ? "%.0f" : "%.1f", each);
    }

    private String milliseconds(TrainingProfile.Sum sum) {
        return String.format(Locale.ROOT, "%.3f", sum.nanos() / steps * 1e-6);
    }

    private String share(long nanos) {
        return percent(nanos / wall);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
