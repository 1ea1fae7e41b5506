package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.Peak;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CeilingTest extends OnDevice {
    /** a ← ½ a + ½ halves the distance to 1, and Σ (c − 1) over c = 0 … 11 is 54: twelve and 54 / 2ⁿ, exact in either precision. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyMultiplyAddThatIsCountedIsDone(Precision precision) {
        OpenClBackend backend = opencl(precision);
        for (int items : new int[] {1, 3, 65}) {
            for (int steps : new int[] {1, 2, 9}) {
                Tensor y = backend.fill(Shape.of(items * backend.engine().lanes()), 0);
                Ceiling.chains(backend.engine(), Engine.of(y), items, steps);
                for (double sum : y.toDoubles()) {
                    assertEquals(12 + 54 / Math.pow(2, steps), sum);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theStreamCopiesEveryElement(Precision precision) {
        OpenClBackend backend = opencl(precision);
        for (int items : new int[] {1, 3, 65}) {
            double[] values = new double[items * 1024 * backend.engine().lanes()];
            for (int i = 0; i < values.length; i++) {
                values[i] = i + 1;
            }
            Tensor x = backend.tensor(Shape.of(values.length), values);
            Tensor y = backend.fill(x.shape(), 0);
            Ceiling.stream(backend.engine(), Engine.of(x), Engine.of(y), items);
            assertArrayEquals(values, y.toDoubles());
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aPeakIsMeasured(Precision precision) {
        Peak peak = Ceiling.measure(opencl(precision).engine(), 1);
        assertTrue(peak.flops() > 0 && peak.bytes() > 0, peak::toString);
    }

    /** The cost of a launch would show as a higher rate of twice as long ones. Other work on the machine disturbs pairs, but not all of them. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void launchesAreSoLongThatTwiceAsLongOnesHaveTheSameRate(Precision precision) {
        Engine engine = opencl(precision).engine();
        int steps = Ceiling.steps(engine.family());
        List<Double> ratios = new ArrayList<>();
        for (int pair = 0; pair < 20; pair++) {
            ratios.add(Ceiling.flops(engine, 3, 2 * steps) / Ceiling.flops(engine, 3, steps));
            if (Math.abs(ratios.get(pair) - 1) < 0.1) {
                return;
            }
        }
        fail("rate of launches twice as long by the rate of those that count: " + ratios);
    }
}
