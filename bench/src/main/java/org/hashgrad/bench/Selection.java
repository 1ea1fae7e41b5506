package org.hashgrad.bench;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What JMH's options choose, known before it starts.
 *
 * @param rows one for each benchmark and choice of its parameters
 */
record Selection(int rows) {
    private static final String IMPLEMENTATION = "implementation";

    /** @throws IllegalArgumentException when it is nothing, names an implementation that there is not, or has no time per call */
    static Selection of(Options options) {
        Collection<Mode> modes = options.getBenchModes();
        if (modes.contains(Mode.Throughput) || modes.contains(Mode.All)) {
            throw new IllegalArgumentException(
                    "bench: the table needs times per call; -bm takes avgt, sample or ss, got " + modes);
        }
        SortedSet<BenchmarkListEntry> entries = entries(options);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException(
                    "bench: no benchmark matches " + options.getIncludes() + "; -l lists those there are");
        }
        int rows = 0;
        Set<String> known = new TreeSet<>(Table.OURS);
        for (BenchmarkListEntry entry : entries) {
            int ofEntry = Math.max(1, modes.size());
            for (Map.Entry<String, String[]> parameter :
                    entry.getParams().orElse(Map.of()).entrySet()) {
                List<String> declared = List.of(parameter.getValue());
                if (parameter.getKey().equals(IMPLEMENTATION)) {
                    known.addAll(declared);
                }
                ofEntry *= new LinkedHashSet<>(
                                options.getParameter(parameter.getKey()).orElse(declared))
                        .size();
            }
            rows += ofEntry;
        }
        for (String name : options.getParameter(IMPLEMENTATION).orElse(List.of())) {
            if (!known.contains(name) && !Peers.knows(name)) {
                throw new IllegalArgumentException("bench: there is no implementation '" + name + "'; there are "
                        + String.join(", ", known) + "; --peers adds nd4j, djl and netlib");
            }
        }
        return new Selection(rows);
    }

    static boolean isEmpty(Options options) {
        return entries(options).isEmpty();
    }

    private static SortedSet<BenchmarkListEntry> entries(Options options) {
        return BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        options.getIncludes(),
                        options.getExcludes());
    }
}
