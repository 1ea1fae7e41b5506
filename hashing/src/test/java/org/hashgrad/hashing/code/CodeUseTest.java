package org.hashgrad.hashing.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class CodeUseTest {
    @Test
    void countsAreThoseOfTheWrittenBits() {
        RandomKey key = RandomKey.of(3);
        for (int bits : new int[] {3, 64, 65, 130}) {
            double[] values = new double[50 * bits];
            for (int at = 0; at < values.length; at++) {
                values[at] = at % bits < bits - 3 ? 1 : key.below(2, at) - 0.5;
            }
            Codes all = Codes.fromReal(values, 50, bits);
            Map<String, Integer> times = new HashMap<>();
            for (int i = 0; i < 50; i++) {
                StringBuilder written = new StringBuilder();
                for (int b = 0; b < bits; b++) {
                    written.append(all.bit(i, b));
                }
                times.merge(written.toString(), 1, Integer::sum);
            }
            int most = times.values().stream().mapToInt(each -> each).max().orElseThrow();
            CodeUse use = CodeUse.of(Codes.copyOf(all, 0, 20), Codes.copyOf(all, 20, 50));
            assertEquals(new CodeUse(50, times.size(), most), use);
            assertEquals(most / 50.0, use.share());
        }
    }
}
