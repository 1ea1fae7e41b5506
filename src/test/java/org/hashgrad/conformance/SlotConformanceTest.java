package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.hashgrad.autograd.Buffer;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Fetch;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.RowReplacement;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A slot whose next value is made of its last one, where a backend may write over it: whoever has read the last one keeps it. */
class SlotConformanceTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    private static final RowReplacement SECOND = new RowReplacement(IndexTensor.of(1));

    @ParameterizedTest
    @EnumSource
    void whoeverHasReadASlotKeepsWhatItWasWhenItsRowsAreReplaced(BackendUnderTest which) {
        Backend backend = BACKENDS.get(which);
        try (Buffer stored = new Buffer(backend, "stored", Shape.of(3, 1), 1, 2, 3);
                Tensor row = backend.tensor(Shape.of(1, 1), 7)) {
            Fetch underway = backend.fetch(stored.value());
            try (Pass pass = Pass.train(backend, RandomKey.of(1))) {
                Variable read = pass.of(stored);
                Variable flat = read.reshape(Shape.of(3)).detached();
                stored.assign(SECOND, row);
                assertArrayEquals(new double[] {1, 2, 3}, read.value().toDoubles());
                assertArrayEquals(new double[] {1, 2, 3}, flat.value().toDoubles());
            }
            assertArrayEquals(new double[] {1, 2, 3}, underway.values(0));
            assertArrayEquals(new double[] {1, 7, 3}, stored.value().toDoubles());

            Fetch next = backend.fetch(stored.value());
            stored.assign(new RowReplacement(IndexTensor.of(2)), row);
            assertArrayEquals(new double[] {1, 7, 3}, next.values(0));
            assertArrayEquals(new double[] {1, 7, 7}, stored.value().toDoubles());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPrimitiveOfSeveralOutputsIsNoNextValue(BackendUnderTest which) {
        Backend backend = BACKENDS.get(which);
        OptimizerUpdate adam = new OptimizerUpdate.Adam(0.1, 0.9, 0.999, 1e-8, 0, 1);
        try (Buffer stored = new Buffer(backend, "stored", Shape.of(1), 1);
                Tensor zero = backend.tensor(Shape.of(1), 0)) {
            var thrown = assertThrows(IllegalArgumentException.class, () -> stored.assign(adam, zero, zero, zero));
            assertTrue(String.valueOf(thrown.getMessage()).endsWith(" has 3 outputs; need 1"), thrown.getMessage());
            assertArrayEquals(new double[] {1}, stored.value().toDoubles());
            assertEquals(0, stored.version());
        }
    }
}
