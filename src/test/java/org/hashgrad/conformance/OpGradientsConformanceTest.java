package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.hashgrad.autograd.check.CheckReport;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.autograd.check.OpTable;
import org.hashgrad.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the op table on every backend: differences of both orders in F64, and value and gradients against the reference. */
class OpGradientsConformanceTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    private static Stream<Arguments> rowsOn(Stream<BackendUnderTest> backends) {
        return backends.flatMap(backend -> OpTable.rows().stream().map(row -> Arguments.of(row, backend)));
    }

    static Stream<Arguments> rowsInDouble() {
        return rowsOn(Arrays.stream(BackendUnderTest.values()).filter(b -> b.precision() == Precision.F64));
    }

    static Stream<Arguments> rowsOffTheReference() {
        return rowsOn(Arrays.stream(BackendUnderTest.values())
                .filter(b -> b != BackendUnderTest.REFERENCE && b != BackendUnderTest.CPU_ONE_THREAD));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("rowsInDouble")
    void gradientsOfBothOrdersMatchCentralDifferences(OpTable.Row row, BackendUnderTest which) {
        CheckReport report = row.check(BACKENDS.get(which));
        report.assertPassed();
        assertEquals(
                List.of("numeric", "orders", "second order"),
                report.rows().stream().map(CheckRow::check).toList());
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("rowsOffTheReference")
    void valueAndGradientsMatchTheReference(OpTable.Row row, BackendUnderTest which) {
        CheckReport report = row.compare(BACKENDS.reference(), BACKENDS.get(which));
        report.assertPassed();
        assertEquals(
                List.of("backend"), report.rows().stream().map(CheckRow::check).toList());
    }

    @Test
    void theTableIsNotEmpty() {
        assertTrue(OpTable.rows().size() > 150, () -> OpTable.rows().size() + " rows");
    }
}
