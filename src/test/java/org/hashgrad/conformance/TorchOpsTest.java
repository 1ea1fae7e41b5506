package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hashgrad.autograd.check.Tolerances;
import org.hashgrad.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Single operations and optimisers give what PyTorch gives in double, on every backend. */
class TorchOpsTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    static Stream<Arguments> offeredOnEveryBackend() throws IOException {
        List<TorchOps> offered =
                TorchOps.all().stream().filter(TorchOps::offered).toList();
        return Arrays.stream(BackendUnderTest.values())
                .flatMap(backend -> offered.stream().map(c -> Arguments.of(c, backend)));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("offeredOnEveryBackend")
    void resultIsThatOfPyTorch(TorchOps at, BackendUnderTest which) {
        Map<String, double[]> actual = at.run(BACKENDS.get(which));
        Set<String> expected = new TreeSet<>();
        at.outputs().fieldNames().forEachRemaining(expected::add);
        if (at.name().endsWith("inference")) {
            expected.removeAll(Set.of("dx", "dgamma", "dbeta"));
        }
        assertEquals(expected, new TreeSet<>(actual.keySet()));
        for (String output : expected) {
            double[] values = TorchOps.values(at.outputs().required(output));
            double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
            // PyTorch's own roundings in double are among the 10⁻¹²
            double relative = which.precision() == Precision.F64
                    ? Tolerances.EXACT
                    : Tolerances.rounding(Precision.F32, values.length);
            assertArrayEquals(values, actual.get(output), relative * largest, output + " of " + at + " on " + which);
        }
    }

    @Test
    void formsThatAreNotOfferedAreKnown() throws IOException {
        List<TorchOps> all = TorchOps.all();
        assertEquals(42, all.size());
        assertEquals(
                Set.of(
                        "average pool 7x7 padding 1, padding not counted",
                        "average pool 28x28 padding 1, padding not counted",
                        "average pool 7x6 last window only in the padding, padding not counted",
                        "RMSprop with momentum"),
                Set.copyOf(all.stream()
                        .filter(c -> !c.offered())
                        .map(TorchOps::name)
                        .toList()));
    }
}
