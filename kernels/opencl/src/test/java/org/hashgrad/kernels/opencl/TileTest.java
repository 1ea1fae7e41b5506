package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.jocl.cl_device_id;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every tile of the GPU family by itself, at sizes around its edges, and the table that chooses among them. */
class TileTest extends OnDevice {
    private static List<Object[]> each(List<Tile> tiles) {
        List<Object[]> all = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            tiles.forEach(tile -> all.add(new Object[] {precision, tile}));
        }
        return all;
    }

    static List<Object[]> productTiles() {
        return each(GpuGemm.TILES);
    }

    static List<Object[]> convolutionTiles() {
        return each(GpuConvolution.TILES);
    }

    /** A backend that has one tile only. */
    private static OpenClBackend only(Tile tile, Precision precision) {
        Engine engine = new Engine(opencl(precision).engine().device(), precision, 0, Family.GPU);
        Reduction reduction = new Reduction(engine);
        List<Tile> tiles = List.of(tile);
        return new OpenClBackend(
                engine, reduction, new GpuGemm(engine, reduction, tiles), new GpuConvolution(engine, reduction, tiles));
    }

    private static int[] around(int edge) {
        return new int[] {1, 2, edge - 1, edge, edge + 1};
    }

    @SuppressWarnings("try")
    private void assertProduct(OpenClBackend backend, int m, int n, int k) {
        for (int form = 0; form < 4; form++) {
            boolean ta = (form & 1) != 0;
            boolean tb = (form & 2) != 0;
            try (Scope scope = backend.openScope()) {
                assertMultilinear(
                        backend,
                        k,
                        one(in -> in.on().matmul(in.x(0), in.x(1), ta, tb)),
                        ta ? draw(k, m) : draw(m, k),
                        tb ? draw(n, k) : draw(k, n));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("productTiles")
    void everyTransposeFormMatchesTheReferenceAroundTheEdgesOfATile(Precision precision, Tile tile) {
        try (OpenClBackend backend = only(tile, precision)) {
            for (int m : around(tile.rows())) {
                for (int n : around(tile.columns())) {
                    assertProduct(backend, m, n, tile.depth(precision) + 1);
                }
            }
            for (int k : new int[] {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33}) {
                assertProduct(backend, 5, 7, k);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("productTiles")
    void aCutSumIsTheWholeSum(Precision precision, Tile tile) {
        try (OpenClBackend backend = only(tile, precision)) {
            for (int k : new int[] {255, 256, 257, 1000}) {
                assertProduct(backend, 3, 5, k);
            }
        }
    }

    private void assertConvolution(
            OpenClBackend backend, int n, int ins, int outs, int side, int extent, ConvGeometry g) {
        Input x = draw(n, ins, side, side + 1);
        Input w = draw(outs, ins / g.groups(), extent, extent);
        Shape out = g.output(x.shape(), w.shape());
        Input gy = draw(out.toArray());
        check(backend, w.shape().size() / outs, one(in -> in.on().conv2d(in.x(0), in.x(1), g)), x, w);
        check(
                backend,
                w.shape().size() / (ins / g.groups()),
                one(in -> in.on().conv2dInputGradient(in.x(0), in.x(1), x.shape(), g)),
                gy,
                w);
        check(
                backend,
                out.size() / outs,
                one(in -> in.on().conv2dWeightGradient(in.x(0), in.x(1), w.shape(), g)),
                x,
                gy);
    }

    @SuppressWarnings("try")
    private static void check(OpenClBackend backend, int terms, Computation computation, Input... inputs) {
        try (Scope scope = backend.openScope()) {
            assertMultilinear(backend, terms, computation, inputs);
        }
    }

    @ParameterizedTest
    @MethodSource("convolutionTiles")
    void convolutionAndItsGradientsMatchTheReferenceAroundTheEdgesOfATile(Precision precision, Tile tile) {
        try (OpenClBackend backend = only(tile, precision)) {
            for (int outs : around(tile.rows())) {
                assertConvolution(backend, 1, 2, outs, 5, 3, ConvGeometry.of(1, 1));
            }
            for (int taps : around(tile.columns())) {
                assertConvolution(backend, 2, taps, 3, 3, 1, ConvGeometry.of(1, 0));
            }
            assertConvolution(backend, 3, 3, 4, 11, 3, ConvGeometry.of(2, 1));
            assertConvolution(backend, 2, 4, 6, 13, 5, new ConvGeometry(3, 2, 2, 1, 2));
            assertConvolution(backend, 5, 1, 2, 16, 5, ConvGeometry.of(1, 2));
        }
    }

    // ------------------------------------------------------------------ the table

    @Test
    void aPlanCoversEveryTermOnce() {
        for (int k : new int[] {1, 127, 128, 129, 255, 256, 257, 1000, 50176, 1 << 20}) {
            for (int m : new int[] {1, 32, 100, 500}) {
                Tile.Plan plan = Tile.plan(GpuGemm.TILES, 1, m, 64, k, true);
                assertTrue((long) plan.splits() * plan.length() >= k, () -> plan + " covers " + k);
                assertTrue((long) (plan.splits() - 1) * plan.length() < k, () -> plan + " has no empty part of " + k);
            }
        }
    }

    private static final Tile LARGE = GpuGemm.TILES.get(0);
    private static final Tile MIDDLE = GpuGemm.TILES.get(1);
    private static final Tile SMALL = GpuGemm.TILES.get(2);

    private static Tile.Plan product(int m, int n, int k) {
        return Tile.plan(GpuGemm.TILES, 1, m, n, k, true);
    }

    @Test
    void largeProductsTakeLargeTilesAndLongSumsOverFewResultsAreCut() {
        assertEquals(new Tile.Plan(LARGE, 1, 4096), product(4096, 4096, 4096));
        assertEquals(new Tile.Plan(MIDDLE, 1, 1024), product(1024, 1024, 1024));
        assertEquals(new Tile.Plan(MIDDLE, 4, 2304), product(64, 4096, 9216));
        assertEquals(new Tile.Plan(SMALL, 4, 144), product(64, 256, 576));
        assertEquals(new Tile.Plan(SMALL, 1, 16), product(3, 3, 10));
    }

    private static OpenClDevice device(long localBytes, long largestGroup) {
        return new OpenClDevice(
                new cl_device_id(),
                "small",
                Device.Kind.GPU,
                "Fake, OpenCL 1.2",
                true,
                true,
                1L << 30,
                1L << 28,
                localBytes,
                largestGroup,
                4,
                "");
    }

    @Test
    void tilesThatADeviceHasNoRoomForAreLeftOut() {
        OpenClDevice least = device(32 << 10, 256);
        for (Tile tile : GpuConvolution.TILES) {
            for (Precision precision : Precision.values()) {
                assertTrue(tile.fits(least, precision), () -> tile + " in " + precision);
            }
        }
        assertEquals(
                List.of(false, true, true),
                GpuGemm.TILES.stream()
                        .map(tile -> tile.fits(device(32 << 10, 128), Precision.F32))
                        .toList());
        assertEquals(
                List.of(false, false, true),
                GpuGemm.TILES.stream()
                        .map(tile -> tile.fits(device(8 << 10, 256), Precision.F32))
                        .toList());
    }

    @Test
    void everyTileSharesItsLoadsEvenly() {
        for (Tile tile : Stream.concat(GpuGemm.TILES.stream(), GpuConvolution.TILES.stream())
                .toList()) {
            int items = tile.items();
            for (int width : new int[] {tile.rows(), tile.columns(), tile.depth(), tile.depth(Precision.F64)}) {
                assertEquals(0, items % width, tile + " has " + items + " items");
            }
            assertEquals(0, tile.tall() % 4 + tile.wide() % 4, tile::toString);
        }
    }
}
