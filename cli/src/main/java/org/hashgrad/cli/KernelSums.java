package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hashgrad.tensor.Launch;

/**
 * Sums by primitive and in it by kernel. A primitive's floating-point operations, which come with its first kernel (see {@link Launch}), go to
 * the one that does its work: of all runs of the primitive by the same kernels, the kernel that takes most of the time.
 */
final class KernelSums {
    private final Map<String, Map<Set<String>, Map<String, Launches>>> byKernelsTogether = new LinkedHashMap<>();
    private List<Launch> current = new ArrayList<>();

    /** Counts the next launch in the order of the queue. */
    void add(Launch launch) {
        if (launch.flops() > 0
                || (!current.isEmpty() && !current.get(0).primitive().equals(launch.primitive()))) {
            finish();
        }
        current.add(launch);
    }

    private void finish() {
        if (current.isEmpty()) {
            return;
        }
        Set<String> together = new LinkedHashSet<>();
        current.forEach(launch -> together.add(launch.kernel()));
        Map<String, Launches> sums = byKernelsTogether
                .computeIfAbsent(current.get(0).primitive(), name -> new LinkedHashMap<>())
                .computeIfAbsent(together, names -> new LinkedHashMap<>());
        current.forEach(launch ->
                sums.computeIfAbsent(launch.kernel(), name -> new Launches()).add(launch));
        current = new ArrayList<>();
    }

    /** By primitive and in it by kernel, in the order of the first launch. */
    Map<String, Map<String, Launches>> sums() {
        finish();
        Map<String, Map<String, Launches>> all = new LinkedHashMap<>();
        byKernelsTogether.forEach((primitive, runs) -> {
            Map<String, Launches> kernels = all.computeIfAbsent(primitive, name -> new LinkedHashMap<>());
            runs.values().forEach(run -> merge(run, kernels));
        });
        return all;
    }

    private static void merge(Map<String, Launches> run, Map<String, Launches> into) {
        run.forEach((kernel, launches) ->
                into.computeIfAbsent(kernel, name -> new Launches()).addWithout(launches));
        String longest = run.entrySet().stream()
                .max(Comparator.comparing(entry -> entry.getValue().nanos()))
                .orElseThrow()
                .getKey();
        double flops = run.values().stream().mapToDouble(Launches::flops).sum();
        into.computeIfAbsent(longest, name -> new Launches()).addFlops(flops);
    }
}
