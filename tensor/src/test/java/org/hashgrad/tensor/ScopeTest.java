package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.hashgrad.tensor.cpu.CpuBackend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
    private static Backend open(String name) {
        return name.equals("cpu") ? new CpuBackend(1) : new ReferenceBackend();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void closingAScopeFreesWhatWasMadeInItAndKeepsWhatWasHandedOutward(String name) {
        try (Backend on = open(name)) {
            Tensor kept;
            Tensor lost;
            try (Scope scope = on.openScope()) {
                lost = on.fill(Shape.of(1000), 1);
                kept = scope.keep(on.fill(Shape.of(4), 2));
            }
            assertTrue(lost.isClosed());
            assertThrows(IllegalStateException.class, lost::storage);
            assertArrayEquals(new double[] {2, 2, 2, 2}, kept.toDoubles());
            kept.close();
            kept.close();
            assertEquals(0, on.liveBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void aReshapeSharesMemoryUntilTheLastHandleIsClosed(String name) {
        try (Backend on = open(name)) {
            Tensor x = on.tensor(Shape.of(2, 2), 1, 2, 3, 4);
            long one = on.liveBytes();
            Tensor flat = on.reshape(x, Shape.of(4));
            assertEquals(one, on.liveBytes());
            x.close();
            assertArrayEquals(new double[] {1, 2, 3, 4}, flat.toDoubles());
            flat.close();
            assertEquals(0, on.liveBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void aSharedHandleOutlivesTheScopeThatMadeTheTensor(String name) {
        try (Backend on = open(name)) {
            Tensor shared;
            try (Scope scope = on.openScope()) {
                shared = scope.share(on.fill(Shape.of(3), 5)).share();
            }
            assertFalse(shared.isClosed());
            assertEquals(15, on.sum(shared, 0).item());
            shared.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void scopesCloseInnermostFirst(String name) {
        try (Backend on = open(name)) {
            Scope outer = on.openScope();
            Scope inner = on.openScope();
            assertThrows(IllegalStateException.class, outer::close);
            inner.close();
            inner.close();
            outer.close();
            Tensor x = on.fill(Shape.of(1), 1);
            assertThrows(IllegalStateException.class, () -> outer.keep(x));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void aClosedBackendHoldsNothing(String name) {
        Backend on = open(name);
        on.openScope();
        on.fill(Shape.of(10), 1);
        on.close();
        on.close();
        assertEquals(0, on.liveBytes());
        assertThrows(IllegalStateException.class, () -> on.fill(Shape.of(1), 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void aCompositesIntermediatesAreFreed(String name) {
        try (Backend on = open(name)) {
            Tensor x = on.tensor(Shape.of(1, 3), 1, 2, 3);
            long before = on.liveBytes();
            Tensor y = on.composite(new LogSoftmax(), List.of(x)).get(0);
            assertEquals(2 * before, on.liveBytes());
            assertEquals(1, on.sum(on.unary(UnaryOp.EXP, y), 1).item(), 1e-6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void aTensorOfAnotherBackendIsRefused(String name) {
        try (Backend on = open(name);
                Backend other = open(name)) {
            Tensor x = other.fill(Shape.of(1), 1);
            assertThrows(IllegalArgumentException.class, () -> on.unary(UnaryOp.NEG, x));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void aScopeForgetsTensorsThatWereClosedEarly(String name) {
        try (Backend on = open(name);
                Scope scope = on.openScope()) {
            for (int i = 0; i < 10_000; i++) {
                on.fill(Shape.of(1), i).close();
            }
            assertTrue(scope.size() <= 64, "the scope still lists " + scope.size() + " tensors");
        }
    }
}
