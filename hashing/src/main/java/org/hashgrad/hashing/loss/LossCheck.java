package org.hashgrad.hashing.loss;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.autograd.check.CheckReport;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.autograd.check.Failure;
import org.hashgrad.autograd.check.GradientCheck;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.cpu.ReferenceBackend;

/**
 * {@link GradientCheck} for losses: several sizes, a pair loss with v = u and with two streams, codes away from the kinks at 0 and
 * ±1. Besides that class's checks ({@code closed form} for a {@link ClosedFormGradient}, {@code backend} against the reference):
 *
 * <ul>
 *   <li>{@code closed form, before tanh}: the gradient by z of the loss of u = tanh z against the closed form times 1 − u²
 *   <li>{@code stability}: how many values and gradients are not finite with |⟨u, v⟩| up to 10³; none may be
 * </ul>
 */
public final class LossCheck {
    /** Batch n ≥ 2, columns m of a second stream, bits k. */
    public record Size(int n, int m, int k) {
        /** What the checks use unless told otherwise. */
        public static final List<Size> DEFAULT =
                List.of(new Size(2, 3, 1), new Size(5, 4, 3), new Size(4, 4, 3), new Size(17, 9, 16));
    }

    static final String BEFORE_TANH = "closed form, before tanh";

    private final String name;
    private final Loss loss;

    /**
     * @param name as the rows report it
     * @param loss of any kind
     */
    public LossCheck(String name, Loss loss) {
        this.name = name;
        this.loss = loss;
    }

    /** {@link #run(Backend, long, List)} at {@link Size#DEFAULT}. */
    public CheckReport run(Backend backend, long seed) {
        return run(backend, seed, Size.DEFAULT);
    }

    /**
     * One row per check, with its worst case over the sizes. The inputs depend only on seed and size. Failures of a derivative say which
     * {@link Mistake} would explain them.
     */
    public CheckReport run(Backend backend, long seed, List<Size> sizes) {
        boolean exact = backend.precision() == Precision.F64;
        Map<String, CheckRow> worst = new LinkedHashMap<>();
        List<Failure> failures = new ArrayList<>();
        double notFinite = 0;
        for (Size size : sizes) {
            for (LossInputs inputs :
                    LossInputs.drawn(loss, size, RandomKey.of(seed).split(size.toString()))) {
                GradientCheck check = inputs.check(name, seed);
                if (exact) {
                    collect(check.run(backend), worst, failures);
                }
                if (exact && loss.closedForm().isPresent()) {
                    GradientCheck chained =
                            inputs.beforeTanh(name, loss.closedForm().get(), seed);
                    collect(renamed(chained.runClosedForm(backend)), worst, failures);
                }
                try (Backend oracle = new ReferenceBackend()) {
                    collect(check.compare(oracle, backend), worst, failures);
                }
                notFinite += inputs.notFinite(backend);
            }
        }
        List<CheckRow> rows = new ArrayList<>(worst.values());
        rows.add(new CheckRow(
                name,
                "loss",
                backend.name(),
                backend.precision().name().toLowerCase(Locale.ROOT),
                "stability",
                notFinite,
                0,
                notFinite == 0,
                "",
                notFinite,
                0,
                seed));
        return new CheckReport(rows, exact ? explained(failures, backend, seed) : failures);
    }

    /** What the checks draw, in words. */
    public String inputs() {
        return LossInputs.description(loss);
    }

    private static CheckReport renamed(CheckReport report) {
        return new CheckReport(
                report.rows().stream().map(row -> row.as(BEFORE_TANH)).toList(),
                report.failures().stream().map(f -> f.as(BEFORE_TANH, "")).toList());
    }

    private List<Failure> explained(List<Failure> failures, Backend backend, long seed) {
        Map<String, String> mistakes = new HashMap<>();
        List<Failure> explained = new ArrayList<>();
        for (Failure failure : failures) {
            String mistake = mistakes.computeIfAbsent(failure.check(), check -> switch (check) {
                case "numeric" -> said(LossDiagnosis.ofNumeric(loss, backend, seed));
                case "closed form" -> said(LossDiagnosis.ofClosedForm(loss, backend, seed));
                default -> "";
            });
            explained.add(failure.as(failure.check(), mistake));
        }
        return explained;
    }

    private static String said(Optional<LossDiagnosis.Diagnosis> diagnosis) {
        return diagnosis.map(LossDiagnosis.Diagnosis::text).orElse("");
    }

    private static void collect(CheckReport report, Map<String, CheckRow> worst, List<Failure> failures) {
        for (CheckRow row : report.rows()) {
            worst.merge(row.check(), row, (a, b) -> a.error() / a.bound() >= b.error() / b.bound() ? a : b);
        }
        failures.addAll(report.failures());
    }
}
