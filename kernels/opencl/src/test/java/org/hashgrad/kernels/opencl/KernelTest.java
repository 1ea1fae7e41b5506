package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.BatchNormalization;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogCoshToSign;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Launches of more work-groups than a card has room for along the second and third axis. */
class KernelTest extends OnDevice {
    private static final int MANY = 65_535 + 2;

    @Test
    void piecesOfALaunchHaveRoomAndCoverEveryItemOnce() {
        long[] global = {6, 14, 5};
        long[] local = {3, 2, 1};
        int[][][] times = new int[6][14][5];
        List<Long> groups = new ArrayList<>();
        Kernel.cut(new long[3], global, local, 3, (offset, part) -> {
            groups.add(part[1] / local[1]);
            groups.add(part[2] / local[2]);
            for (int x = 0; x < part[0]; x++) {
                for (int y = 0; y < part[1]; y++) {
                    for (int z = 0; z < part[2]; z++) {
                        times[(int) offset[0] + x][(int) offset[1] + y][(int) offset[2] + z]++;
                    }
                }
            }
        });
        assertEquals(2 * 3 * 2, groups.size(), "three pieces of 3, 3 and 1 groups, each in two of 3 and 2");
        assertTrue(groups.stream().allMatch(count -> count <= 3), () -> "groups of the pieces: " + groups);
        for (int[][] plane : times) {
            for (int[] row : plane) {
                for (int count : row) {
                    assertEquals(1, count);
                }
            }
        }
    }

    /** Along an axis that may be cut, these speak of a piece. */
    @Test
    void noKernelAsksForSizesOrGroupsAlongAnAxisThatMayBeCut() throws IOException {
        Pattern ofPieces =
                Pattern.compile("get_(global_size|group_id|num_groups|global_offset)\\s*\\(\\s*(?!0\\s*\\))");
        List<String> found = new ArrayList<>();
        int files = 0;
        try (DirectoryStream<Path> sources = Files.newDirectoryStream(Path.of("src/main/opencl"), "*.cl")) {
            for (Path source : sources) {
                files++;
                ofPieces.matcher(Files.readString(source))
                        .results()
                        .forEach(hit -> found.add(source + ": " + hit.group()));
            }
        }
        assertTrue(files > 20, files + " kernel sources");
        assertEquals(List.of(), found);
    }

    @Test
    void aLaunchWithRoomIsNotCut() {
        List<long[]> pieces = new ArrayList<>();
        Kernel.cut(
                new long[2],
                new long[] {1L << 40, 65_535},
                new long[] {1, 1},
                65_535,
                (offset, part) -> pieces.add(part));
        assertEquals(1, pieces.size());
    }

    /** Of every kernel that is launched along more than one axis, in both families. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void resultsOfCutLaunchesAreThoseOfWholeOnesToTheBit(Precision precision) {
        Engine shared = opencl(precision).engine();
        Limits limits = Limits.of(shared.device()).withGroups(1);
        Engine engine = new Engine(shared.device(), precision, 0, shared.family(), limits);
        SortedMap<String, Long> before = shared.launches();
        try (OpenClBackend cut = new OpenClBackend(engine)) {
            assertSame(cut, "sums of rows", one(in -> in.on().sum(in.x(0), 1)), draw(2, 5000));
            assertSame(cut, "sums of columns", one(in -> in.on().sum(in.x(0), 1)), draw(2, 5000, 19));
            Computation product = one(in -> in.on().matmul(in.x(0), in.x(1), false, false));
            assertSame(cut, "product", product, draw(700, 33), draw(33, 50));
            ConvGeometry same = ConvGeometry.of(1, 1);
            Input images = draw(3, 70, 9, 11);
            Input kernels = draw(70, 70, 3, 3);
            Computation convolution = (on, in) -> {
                Tensor y = on.conv2d(in.get(0), in.get(1), same);
                Shape x = in.get(0).shape();
                Shape w = in.get(1).shape();
                return List.of(
                        y,
                        on.conv2dInputGradient(y, in.get(1), x, same),
                        on.conv2dWeightGradient(in.get(0), y, w, same));
            };
            assertSame(cut, "convolution", convolution, images, kernels);
            Computation pooling = (on, in) -> {
                PoolGeometry pool = PoolGeometry.of(3, 2, true);
                Tensor y = on.maxPool(in.get(0), pool);
                return List.of(y, on.maxPoolGradient(in.get(0), y, pool));
            };
            assertSame(cut, "pooling", pooling, images);
            FusedPrimitive response = new LocalResponseNormalization(2, 0.1, 0.75, 2);
            assertSame(cut, "response", fused(response), images);
            assertSame(cut, "response's gradient", fused(gradient(response)), images, images, images);
            FusedPrimitive batch = new BatchNormalization(1e-3, Activation.RELU);
            assertSame(cut, "batch normalisation", fused(batch), images, draw(70), draw(70));
            Input[] inputs = {images, draw(70), draw(70), images, images};
            assertSame(cut, "batch normalisation's gradient", fused(gradient(batch)), inputs);
            FusedPrimitive bias = new BiasActivation(Activation.RELU);
            assertSame(cut, "bias", fused(bias), images, draw(70));
            assertSame(cut, "bias's gradient", fused(gradient(bias)), images, draw(70), images, images);
            FusedPrimitive logCosh = new LogCoshToSign();
            Computation scaled = (on, in) -> {
                Tensor y = on.fused(logCosh, in.subList(0, 1)).get(0);
                return on.fused(gradient(logCosh), List.of(in.get(0), y, in.get(1)));
            };
            assertSame(cut, "log cosh", scaled, draw(300, 64), draw(300));
            Input likelihood = drawn(v -> v > 0 ? 1 : 0, 40, 70);
            FusedPrimitive pairs = new PairwiseLogistic(0.5);
            assertSame(cut, "pairs", fused(pairs), draw(40, 48), draw(70, 48), likelihood, draw(40, 70));
            SortedMap<String, Long> pieces = engine.launches();
            shared.launches()
                    .forEach((name, count) -> pieces.merge(name, before.getOrDefault(name, 0L) - count, Long::sum));
            pieces.values().removeIf(more -> more == 0);
            assertTrue(pieces.keySet().containsAll(cutIn(shared.family())), () -> "more launches of " + pieces);
            Random random = new Random(5);
            HammingTest.agrees(
                    cut, random.ints(2000).toArray(), 1000, random.ints(16).toArray(), new int[] {
                        9, 64, 30, 0, 31, 32, 33, 34
                    });
        }
    }

    private static Set<String> cutIn(Family family) {
        return family == Family.GPU
                ? Set.of("gemm", "convolve", "weight_gradient", "response", "response_gradient", "log_cosh_scale")
                : Set.of(
                        "rows_sum",
                        "columns_sum",
                        "gemm",
                        "convolve",
                        "weight_gradient",
                        "max_pool",
                        "norm_parts",
                        "bias_relu",
                        "response",
                        "log_cosh_scale",
                        "to_blocked");
    }

    private static FusedPrimitive gradient(FusedPrimitive of) {
        return of.gradient().orElseThrow();
    }

    @SuppressWarnings("try")
    private static void assertSame(OpenClBackend cut, String what, Computation computation, Input... inputs) {
        List<double[]> whole;
        List<double[]> pieces;
        try (Scope on = cut.openScope()) {
            whole = run(opencl(cut.precision()), computation, List.of(inputs));
            pieces = run(cut, computation, List.of(inputs));
        }
        for (int i = 0; i < whole.size(); i++) {
            assertArrayEquals(whole.get(i), pieces.get(i), what + ", result " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void resultsBeyondTheGroupsOfOneLaunchAreThere(Precision precision) {
        assertMultilinear(precision, 2, one(in -> in.on().sum(in.x(0), 1)), draw(MANY, 2, 3));
        PoolGeometry pair = new PoolGeometry(1, 2, 1, 2, 0, 0, false);
        assertMultilinear(precision, 2, one(in -> in.on().averagePool(in.x(0), pair)), draw(MANY, 1, 1, 2));
    }
}
