package org.hashgrad.junit;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.autograd.check.CheckReport;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.autograd.check.Failure;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.LossCheck;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.junit.jupiter.api.Assertions;

/**
 * Assertions on losses of one's own:
 *
 * <pre>{@code
 * @Test
 * void gradientIsRight() {
 *     LossAssertions.assertGradients(new MyLoss());
 * }
 * }</pre>
 */
public final class LossAssertions {
    private static final long SEED = 0;
    private static final int ALL_THREADS = 0;

    private LossAssertions() {}

    /**
     * Every check of {@link LossCheck} on every usable backend in each of its precisions.
     *
     * @throws AssertionError with a line per failure: what was found, what was expected, where, and the likely mistake
     */
    public static void assertGradients(Loss loss) {
        Backends installed = Backends.installed();
        List<String> failed = new ArrayList<>();
        for (Device device : installed.devices()) {
            for (Precision precision : device.precisions()) {
                Backends.Choice choice = new Backends.Choice(device, precision, List.of());
                try (Backend backend = installed.open(choice, ALL_THREADS)) {
                    failed.addAll(failures(loss, backend, SEED));
                }
            }
        }
        failIfAny(failed);
    }

    /**
     * Every check of {@link LossCheck} on one backend.
     *
     * @param backend numeric differences and closed forms are checked when it is F64
     * @param seed draws the inputs
     * @throws AssertionError as {@link #assertGradients(Loss)}
     */
    public static void assertGradients(Loss loss, Backend backend, long seed) {
        failIfAny(failures(loss, backend, seed));
    }

    private static List<String> failures(Loss loss, Backend backend, long seed) {
        String name = loss.getClass().getSimpleName();
        CheckReport report = new LossCheck(name, loss).run(backend, seed);
        List<String> failed =
                new ArrayList<>(report.failures().stream().map(Failure::message).toList());
        for (CheckRow row : report.rows()) {
            if (!row.passed() && row.at().isEmpty()) {
                failed.add(name + ": " + row.check() + " check on " + row.backend() + " " + row.precision() + ": "
                        + (long) row.error() + " values or gradients are not finite at inner products of ±1000");
            }
        }
        return failed;
    }

    private static void failIfAny(List<String> failed) {
        if (!failed.isEmpty()) {
            Assertions.fail(String.join(System.lineSeparator(), failed));
        }
    }
}
