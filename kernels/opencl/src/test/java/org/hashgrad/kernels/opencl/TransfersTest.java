package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hashgrad.tensor.Fetch;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransfersTest extends OnDevice {
    @ParameterizedTest
    @EnumSource(Precision.class)
    void uploadsAndRowIndicesWaitForNothingOnceThereIsHostMemory(Precision precision) {
        OpenClBackend backend = opencl(precision);
        double[] last = {};
        long waits = 0;
        long allocations = 0;
        for (int i = 0; i < 3; i++) {
            waits = backend.waits();
            allocations = backend.allocations();
            try (Tensor x = backend.tensor(Shape.of(2), i, i + 1);
                    Tensor floats = backend.tensor(Shape.of(2), new float[] {5, 7});
                    Tensor sum = backend.add(x, floats);
                    Tensor swapped = backend.gatherRows(sum, IndexTensor.of(1, 0))) {
                last = swapped.toDoubles();
            }
        }
        assertArrayEquals(new double[] {10, 7}, last);
        assertEquals(1, backend.waits() - waits, "waits: for the values only");
        assertEquals(0, backend.allocations() - allocations);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void elementsAreWrittenOneByOneAndInRuns(Precision precision) {
        Tensor x = opencl(precision).tensor(Shape.of(2, 3), to -> {
            to.set(4, new float[] {9, 1, 2}, 1, 2);
            for (int i = 0; i < 4; i++) {
                to.set(i, 0.5 * i);
            }
        });
        assertArrayEquals(new double[] {0, 0.5, 1, 1.5, 1, 2}, x.toDoubles());
    }

    /** In runs that begin and end within vectors, and over the edges of blocks of host memory. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void flagsBecomeZeroAndOne(Precision precision) {
        int n = 3_000_001;
        int[] flags = new int[n];
        double[] expected = new double[n];
        for (int i = 0; i < n; i++) {
            flags[i] = i % 3 == 0 ? 0 : i % 3 == 1 ? i : -i;
            expected[i] = i % 3 == 0 ? 0 : 1;
        }
        try (Tensor x = opencl(precision).tensor(Shape.of(n), to -> {
            to.setFlags(0, flags, 0, 7);
            to.setFlags(7, flags, 7, n - 7);
        })) {
            assertArrayEquals(expected, x.toDoubles());
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void valuesOfOneFetchAreThoseOfItsPlaceInTheQueueAndTakeOneWait(Precision precision) {
        OpenClBackend backend = opencl(precision);
        backend.fetch(backend.tensor(Shape.of(3), 1, 2, 3), backend.tensor(Shape.of(1), 4))
                .item(1);
        Tensor x = backend.tensor(Shape.of(3), 1, 2, 3);
        Tensor loss = backend.sum(x, 0);
        long before = backend.waits();
        Fetch fetch = backend.fetch(x, loss);
        x.close();
        loss.close();
        backend.tensor(Shape.of(3), 7, 8, 9);
        assertEquals(before, backend.waits(), "nothing waited yet");
        assertEquals(6, fetch.item(1));
        assertArrayEquals(new double[] {1, 2, 3}, fetch.values(0));
        assertEquals(before + 1, backend.waits());
        assertThrows(ShapeException.class, () -> fetch.item(0));
    }

    @Test
    void manyUploadsUnderWayAreBoundedAndAllArrive() {
        OpenClBackend backend = opencl(Precision.F32);
        int elements = 1 << 24;
        List<Tensor> sums = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            double value = i;
            try (Tensor x = backend.tensor(Shape.of(elements), to -> {
                for (int at = 0; at < elements; at++) {
                    to.set(at, at < 8 ? value : 0);
                }
            })) {
                sums.add(backend.sum(x, 0));
            }
        }
        for (int i = 0; i < sums.size(); i++) {
            assertEquals(8 * i, sums.get(i).item());
        }
    }

    /** As a training step does: the next batch is on its way before the values of this one are waited for. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void uploadsOfSeveralBlocksInTurnWaitForNothingAndAllocateNothing(Precision precision) {
        Engine shared = opencl(precision).engine();
        int block = 256;
        Limits limits = Limits.of(shared.device()).withBlocks(block, 4L * block);
        Engine engine = new Engine(shared.device(), precision, 0, shared.family(), limits);
        try (OpenClBackend backend = new OpenClBackend(engine)) {
            Shape batch = Shape.of(3 * block / precision.bytes());
            Tensor next = backend.tensor(batch, new float[batch.size()]);
            long uploadsWaited = 0;
            long allocations = 0;
            for (int step = 0; step < 8; step++) {
                if (step == 3) {
                    uploadsWaited = 0;
                    allocations = backend.allocations();
                }
                float[] values = new float[batch.size()];
                values[values.length - 1] = step + 1;
                try (Tensor now = next;
                        Tensor sum = backend.sum(now, 0)) {
                    Fetch fetch = backend.fetch(sum);
                    long before = backend.waits();
                    next = backend.tensor(batch, values);
                    uploadsWaited += backend.waits() - before;
                    assertEquals(step, fetch.item(0));
                }
            }
            next.close();
            assertEquals(0, uploadsWaited, "waits of five uploads");
            assertEquals(0, backend.allocations() - allocations);
        }
    }

    @Test
    void whatIsPageLockedGrowsForAnUploadThatComesTwiceAndAtMostToWhatThereIs() {
        Engine shared = opencl(Precision.F32).engine();
        Limits limits = new Limits(256, 1024, 1 << 13, 65_535);
        Engine engine = new Engine(shared.device(), Precision.F32, 0, shared.family(), limits);
        try (OpenClBackend backend = new OpenClBackend(engine)) {
            int[] bytes = {1 << 12, 1 << 12, 1 << 16, 1 << 16};
            long[] free = {1 << 10, 1 << 12, 1 << 13, 1 << 13};
            for (int i = 0; i < bytes.length; i++) {
                backend.tensor(Shape.of(bytes[i] / 4), new float[bytes[i] / 4]).close();
                backend.synchronize();
                assertEquals(free[i], engine.transfers().pooledBytes(), i + ": after " + bytes[i] + " bytes");
            }
        }
    }

    @Test
    void aFetchThatNobodyAsksForIsHarmless() {
        try (OpenClBackend backend = (OpenClBackend) new OpenClProvider().open(device(), Precision.F32, 0)) {
            backend.fetch(backend.fill(Shape.of(3), 2));
        }
    }

    @Test
    void aFailureWhileElementsAreWrittenReachesTheCallerAndLeavesNothing() {
        OpenClBackend backend = opencl(Precision.F32);
        long live = backend.liveBytes();
        assertThrows(
                IllegalStateException.class,
                () -> backend.tensor(Shape.of(3), to -> {
                    throw new IllegalStateException("no such image");
                }));
        assertEquals(live, backend.liveBytes());
        assertArrayEquals(new double[] {2, 2, 2}, backend.fill(Shape.of(3), 2).toDoubles());
    }

    @Test
    void aFetchOfNothingIsRefused() {
        OpenClBackend backend = opencl(Precision.F32);
        assertThrows(IllegalArgumentException.class, backend::fetch);
        assertEquals(2, backend.fetch(backend.fill(Shape.of(1), 2)).item(0));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void moreThanABlockIsSentBlockByBlockInAnyOrder(Precision precision) {
        Engine shared = opencl(precision).engine();
        int block = 64;
        Limits limits = Limits.of(shared.device());
        Engine engine =
                new Engine(shared.device(), precision, 0, shared.family(), limits.withBlocks(block, limits.underWay()));
        try (OpenClBackend backend = new OpenClBackend(engine)) {
            int perBlock = block / precision.bytes();
            for (int count : new int[] {1, perBlock - 1, perBlock, perBlock + 1, 2 * perBlock, 3 * perBlock + 1}) {
                double[] expected = new double[count];
                float[] floats = new float[count];
                for (int i = 0; i < count; i++) {
                    expected[i] = i + 1;
                    floats[i] = i + 1;
                }
                Shape shape = Shape.of(count);
                assertArrayEquals(expected, backend.tensor(shape, expected).toDoubles(), "one by one, " + count);
                Tensor inOneRun = backend.tensor(shape, floats);
                assertArrayEquals(expected, inOneRun.toDoubles(), "in one run, " + count);
                Tensor backward = backend.tensor(shape, to -> {
                    for (int i = count - 1; i >= 0; i -= 2) {
                        to.set(i, expected[i]);
                    }
                    for (int i = count - 2; i >= 0; i -= 2) {
                        to.set(i, expected[i]);
                    }
                });
                assertArrayEquals(expected, backward.toDoubles(), "backward, " + count);
                assertArrayEquals(expected, backend.fetch(inOneRun).values(0), "fetched, " + count);
                int[] rows = IntStream.range(0, count).map(i -> count - 1 - i).toArray();
                Tensor reversed = backend.gatherRows(inOneRun, IndexTensor.of(rows));
                for (int i = 0; i < count; i++) {
                    assertEquals(count - i, reversed.toDoubles()[i], "row " + i + " of " + count);
                }
            }
            assertThrows(IndexOutOfBoundsException.class, () -> backend.tensor(Shape.of(3), to -> to.set(3, 1)));
        }
    }
}
