package org.hashgrad.hashing.loss;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 *   <li>{@code stability}: how many values and gradients are not finite with |⟨u, v⟩| up to 10³; none may be
 * </ul>
 */
public final class LossCheck {
    /** Batch n ≥ 2, columns m of a second stream, bits k. */
    public record Size(int n, int m, int k) {
        /** What the checks use unless told otherwise. */
        public static final List<Size> DEFAULT = List.of(new Size(2, 3, 1), new Size(5, 4, 3), new Size(17, 9, 16));
    }

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

    /** One row per check, with its worst case over the sizes. The inputs depend only on seed and size. */
    public CheckReport run(Backend backend, long seed, List<Size> sizes) {
        Map<String, CheckRow> worst = new LinkedHashMap<>();
        List<Failure> failures = new ArrayList<>();
        double notFinite = 0;
        for (Size size : sizes) {
            for (LossInputs inputs :
                    LossInputs.drawn(loss, size, RandomKey.of(seed).split(size.toString()))) {
                GradientCheck check = inputs.check(name, seed);
                if (backend.precision() == Precision.F64) {
                    collect(check.run(backend), worst, failures);
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
                notFinite == 0));
        return new CheckReport(rows, failures);
    }

    private static void collect(CheckReport report, Map<String, CheckRow> worst, List<Failure> failures) {
        for (CheckRow row : report.rows()) {
            worst.merge(row.check(), row, (a, b) -> a.error() / a.bound() >= b.error() / b.bound() ? a : b);
        }
        failures.addAll(report.failures());
    }
}
