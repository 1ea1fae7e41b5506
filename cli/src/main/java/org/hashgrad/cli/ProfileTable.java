package org.hashgrad.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
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
        return head + programs() + System.lineSeparator() + kernels() + System.lineSeparator() + layers();
    }

    private String programs() {
        if (profile.programs() == 0) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "kernels: %d programs built, %d of them after the first %d steps%n",
                profile.programs(),
                profile.latePrograms(),
                TrainingProfile.WARM_UP);
    }

    private String kernels() {
        Table table = new Table("per step: operation, kernel", "launches", "ms", "share", "GF/s", "GB/s", "of peak");
        Launches all = new Launches();
        List<Map.Entry<String, Map<String, Launches>>> largestFirst = profile.kernels().entrySet().stream()
                .sorted(Comparator.comparing(e -> -total(e.getValue()).nanos()))
                .toList();
        for (Map.Entry<String, Map<String, Launches>> operation : largestFirst) {
            Launches sum = total(operation.getValue());
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

    private static Launches total(Map<String, Launches> kernels) {
        Launches total = new Launches();
        kernels.values().forEach(total::add);
        return total;
    }

    private void row(Table table, String name, Launches sum) {
        boolean counted = sum.flops() > 0;
        double rate = (counted ? sum.flops() : sum.bytes()) / sum.nanos();
        table.row(
                name,
                launches(sum),
                milliseconds(sum),
                share(sum.nanos()),
                counted ? number(rate) : NONE,
                number(sum.bytes() / sum.nanos()),
                ofPeak(rate, counted ? Peak::flops : Peak::bytes));
    }

    /** A kernel that does the work of its operations has their rate; of the others it says nothing. */
    private void kernelRow(Table table, String name, Launches sum) {
        double rate = sum.flops() / sum.nanos();
        boolean works = sum.flops() > 0;
        table.row(
                "  " + name,
                launches(sum),
                milliseconds(sum),
                share(sum.nanos()),
                works ? number(rate) : NONE,
                number(sum.bytes() / sum.nanos()),
                works ? ofPeak(rate, Peak::flops) : NONE);
    }

    /** @param rate in billions a second */
    private String ofPeak(double rate, Function<Peak, Double> which) {
        return profile.peak().map(which).map(most -> percent(rate * 1e9 / most)).orElse(NONE);
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

    private String launches(Launches sum) {
        double each = sum.count() / steps;
        return String.format(Locale.ROOT, each == Math.rint(each) ? "%.0f" : "%.1f", each);
    }

    private String milliseconds(Launches sum) {
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
