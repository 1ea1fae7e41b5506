package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.hashgrad.tensor.Precision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GemmTest extends OnDevice {
    private void assertProduct(Precision precision, int m, int n, int k) {
        for (int form = 0; form < 4; form++) {
            boolean ta = (form & 1) != 0;
            boolean tb = (form & 2) != 0;
            assertMultilinear(
                    precision,
                    k,
                    one(in -> in.on().matmul(in.x(0), in.x(1), ta, tb)),
                    ta ? draw(k, m) : draw(m, k),
                    tb ? draw(n, k) : draw(k, n));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyTransposeFormMatchesTheReferenceAroundEachTileEdge(Precision precision) {
        for (int m : new int[] {1, 2, 5, 6, 7, 13}) {
            for (int n : new int[] {1, 7, 8, 16, 31, 32, 33, 63, 64, 65}) {
                assertProduct(precision, m, n, 11);
            }
        }
        for (int k : new int[] {1, 2, 63, 64, 65, 255, 256, 257, 520}) {
            assertProduct(precision, 7, 65, k);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void matricesOfSeveralBlocksMatchTheReference(Precision precision) {
        assertProduct(precision, 150, 300, 40);
        assertProduct(precision, 64, 48, 256);
        assertProduct(precision, 30, 2100, 20);
        assertProduct(precision, 200, 10, 20);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aNaNReachesItsRowOnly(Precision precision) {
        Input a = draw(9, 20).with(20 * 4 + 3, Double.NaN);
        double[] c = run(
                        opencl(precision),
                        one(in -> in.on().matmul(in.x(0), in.x(1), false, false)),
                        List.of(a, draw(20, 70)))
                .get(0);
        for (int i = 0; i < c.length; i++) {
            assertEquals(i / 70 == 4, Double.isNaN(c[i]), "element " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aDeviceWithLittleLocalMemoryGetsSmallBlocksAndTheSameProduct(Precision precision) {
        OpenClDevice device = opencl(precision).engine().device();
        OpenClDevice small = new OpenClDevice(
                device.id(),
                device.name(),
                device.kind(),
                device.driver(),
                device.fp64(),
                device.exactDivision(),
                device.globalBytes(),
                device.largestBuffer(),
                32 << 10,
                device.largestGroup(),
                device.computeUnits(),
                device.problem());
        List<Input> inputs = List.of(draw(20, 130), draw(130, 200));
        Computation product = one(in -> in.on().matmul(in.x(0), in.x(1), false, false));
        try (OpenClBackend limited = new OpenClBackend(
                new Engine(small, precision, 0, opencl(precision).engine().family()))) {
            double[] got = run(limited, product, inputs).get(0);
            double[] expected = run(reference(), product, inputs).get(0);
            double largest = 4 * 130;
            for (int i = 0; i < got.length; i++) {
                assertEquals(
                        expected[i], got[i], org.hashgrad.tensor.Tolerances.dot(precision, 130) * largest, "at " + i);
            }
        }
    }
}
