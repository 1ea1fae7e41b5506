package org.hashgrad.autograd.check;

import java.util.List;

/**
 * What a gradient check found.
 *
 * @param rows one per check made
 * @param failures the worst element of every input that failed; empty when all rows passed
 */
public record CheckReport(List<CheckRow> rows, List<Failure> failures) {
    public CheckReport {
        rows = List.copyOf(rows);
        failures = List.copyOf(failures);
    }

    public boolean passed() {
        return failures.isEmpty();
    }

    /** @throws GradientMismatch when a check failed */
    public void assertPassed() {
        if (!passed()) {
            throw new GradientMismatch(failures);
        }
    }
}
