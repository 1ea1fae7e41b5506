package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.LossCheck;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.cpu.ReferenceBackend;

/** The gradient checks of the losses that runs were trained with, made anew in double precision. */
final class ReportGradients {
    private static final long SEED = 0;

    private ReportGradients() {}

    /** A table for each loss, and a line for each run without one. */
    static String html(List<ReportRun> runs) {
        Map<Loss, List<String>> users = new LinkedHashMap<>();
        List<String> without = new ArrayList<>();
        for (ReportRun run : runs) {
            List<Loss> losses = run.stored().objective();
            losses.forEach(loss ->
                    users.computeIfAbsent(loss, key -> new ArrayList<>()).add(run.name()));
            if (losses.isEmpty()) {
                without.add(run.name());
            }
        }
        StringBuilder html = new StringBuilder();
        try (Backend backend = new ReferenceBackend()) {
            users.forEach((loss, names) -> html.append(Html.table(
                    loss + ": " + String.join(", ", names),
                    GradcheckTable.DETAILS,
                    new LossCheck(loss.getClass().getSimpleName(), loss)
                            .run(backend, SEED).rows().stream()
                                    .map(GradcheckTable::cells)
                                    .toList())));
        }
        if (!without.isEmpty()) {
            html.append(Html.element(
                    "p", "Without a loss that a network descends by itself: " + String.join(", ", without) + "."));
        }
        return html.toString();
    }
}
