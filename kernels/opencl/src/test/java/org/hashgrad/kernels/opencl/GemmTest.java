package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.WinogradMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GemmTest extends OnDevice {
    /** Local memory in which every variant fits; a device with less gets {@link GemmVariant#SMALL} for those that don't. */
    private static final int ENOUGH_LOCAL = 256 << 10;

    /** The device of these tests, with another size of local memory. */
    private static OpenClDevice withLocalMemory(int bytes) {
        OpenClDevice device = opencl(Precision.F32).engine().device();
        return new OpenClDevice(
                device.id(),
                device.name(),
                device.kind(),
                device.driver(),
                device.fp64(),
                device.exactDivision(),
                device.globalBytes(),
                device.largestBuffer(),
                bytes,
                device.largestGroup(),
                device.computeUnits(),
                device.problem());
    }

    private void assertProduct(Precision precision, int m, int n, int k) {
        assertProduct(opencl(precision), m, n, k);
    }

    private void assertProduct(OpenClBackend backend, int m, int n, int k) {
        for (int form = 0; form < 4; form++) {
            boolean ta = (form & 1) != 0;
            boolean tb = (form & 2) != 0;
            assertMultilinear(
                    backend,
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
    void everyVariantMatchesTheReferenceInEveryFormAroundItsTilesAndBlocks(Precision precision) {
        OpenClDevice device = opencl(precision).engine().device();
        int lanes = Family.CPU.lanes(precision);
        Set<GemmVariant> ran = EnumSet.noneOf(GemmVariant.class);
        for (GemmVariant variant : GemmVariant.values()) {
            if (!variant.fits(device, lanes, precision)) {
                continue;
            }
            ran.add(variant);
            Engine engine = new Engine(device, precision, 0, Family.CPU);
            Reduction reduction = new Reduction(engine);
            try (OpenClBackend backend = new OpenClBackend(
                    engine,
                    reduction,
                    new CpuGemm(engine, variant),
                    Convolution.of(engine, reduction, WinogradMode.OFF))) {
                for (int edge : new int[] {-1, 0, 1}) {
                    assertProduct(backend, 2 * GemmVariant.ROWS + edge, variant.columns(lanes) + edge, 20);
                    assertProduct(backend, variant.columns(lanes) + edge, GemmVariant.ROWS + edge, 20);
                    assertProduct(backend, 5, 3 * lanes + edge, 2 * variant.depth() + edge);
                }
            }
        }
        assertTrue(ran.contains(GemmVariant.SMALL), () -> "ran " + ran);
        if (device.localBytes() >= ENOUGH_LOCAL) {
            assertEquals(EnumSet.allOf(GemmVariant.class), ran);
        }
    }

    @Test
    void theTableHasAVariantThatFitsLocalMemoryForEveryShapeAndItsOwnForTheMeasuredOnes() {
        int[] extents = {1, 5, 48, 64, 100, 1024, 9216, 100_000};
        OpenClDevice device = withLocalMemory(ENOUGH_LOCAL);
        for (int form = 0; form < 4; form++) {
            for (int m : extents) {
                for (int n : extents) {
                    for (int k : extents) {
                        GemmVariant variant = GemmTable.of((form & 1) != 0, (form & 2) != 0, m, n, k);
                        for (Precision precision : Precision.values()) {
                            assertTrue(variant.fits(device, Family.CPU.lanes(precision), precision), variant.name());
                        }
                    }
                }
            }
        }
        for (VariantTable.Row<GemmVariant> row : GemmTable.ROWS.rows()) {
            assertEquals(row.variant(), GemmTable.ROWS.nearest(row.kind(), row.extents()), row.toString());
        }
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
        OpenClDevice small = withLocalMemory(32 << 10);
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
