package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;
import org.jocl.CL;
import org.jocl.cl_context;
import org.jocl.cl_mem;
import org.junit.jupiter.api.Test;

class ErrorsTest extends OnDevice {
    private static OpenClDevice withLargestBuffer(long bytes) {
        OpenClDevice d = opencl(Precision.F32).engine().device();
        return new OpenClDevice(
                d.id(),
                d.name(),
                d.kind(),
                d.driver(),
                d.fp64(),
                d.exactDivision(),
                d.globalBytes(),
                bytes,
                d.localBytes(),
                d.largestGroup(),
                d.computeUnits(),
                d.problem());
    }

    @Test
    void aBufferBeyondTheDevicesLimitNamesEverySize() {
        long limit = 1 << 20;
        try (OpenClBackend backend = new OpenClBackend(new Engine(withLargestBuffer(limit), Precision.F32, 0))) {
            Tensor kept = backend.fill(Shape.of(1000), 1);
            backend.fill(Shape.of(100), 1).close();
            OutOfDeviceMemoryException e =
                    assertThrows(OutOfDeviceMemoryException.class, () -> backend.fill(Shape.of(1 << 20), 0));
            assertEquals(4L << 20, e.wantedBytes());
            assertEquals(4096, e.liveBytes(), "the buffer's own size");
            assertEquals(448, e.pooledBytes());
            assertTrue(
                    String.valueOf(e.getMessage()).contains("can't give 4194304 bytes; live 4096 bytes"),
                    e.getMessage());
            assertTrue(
                    String.valueOf(e.getMessage())
                            .contains(backend.engine().device().name()),
                    e.getMessage());
            assertEquals(4096, backend.liveBytes());
            assertEquals(1, kept.toDoubles()[999]);
        }
    }

    @Test
    void aRefusedAllocationIsTriedAgainWithAnEmptyPool() {
        // a limit above the driver's own makes the driver refuse
        OpenClDevice boastful = withLargestBuffer(Long.MAX_VALUE);
        try (OpenClBackend backend = new OpenClBackend(new Engine(boastful, Precision.F64, 0))) {
            backend.tensor(Shape.of(1000), new double[1000]).close();
            backend.synchronize();
            assertTrue(backend.pooledBytes() > 0);
            long blocks = backend.engine().transfers().blocks();
            OpenClDevice honest = opencl(Precision.F32).engine().device();
            // some drivers allow more than they say, none more than the device has
            long beyond = Math.max(honest.largestBuffer() / 8 * 4, honest.globalBytes() / 8 * 2);
            OutOfDeviceMemoryException e = assertThrows(
                    OutOfDeviceMemoryException.class, () -> backend.engine().scratch(beyond));
            assertTrue(e.pooledBytes() > 0, e.getMessage());
            assertEquals(0, backend.pooledBytes());
            backend.tensor(Shape.of(1000), new double[1000]).close();
            assertEquals(blocks + 1, backend.engine().transfers().blocks(), "host memory was given back too");
        }
    }

    /** A memory with 256 free bytes whose finishing and releasing are noted, and a command that answers with {@code codes}. */
    private static void command(List<String> events, Integer... codes) {
        OpenClDevice device = opencl(Precision.F32).engine().device();
        Handle<cl_context> context = new Handle<>("context", new cl_context(), c -> CL.CL_SUCCESS);
        Iterator<Integer> answers = List.of(codes).iterator();
        try (context;
                DeviceMemory memory = new DeviceMemory(device, context, () -> events.add("finish"))) {
            memory.give(new DeviceBuffer(
                    new Handle<>("buffer", new cl_mem(), m -> {
                        events.add("release");
                        return CL.CL_SUCCESS;
                    }),
                    256));
            memory.command("copy", 1000, () -> {
                events.add("call");
                return answers.next();
            });
            events.add("done");
        }
    }

    @Test
    void aCommandWithoutMemoryIsTriedAgainAfterTheQueueIsDoneAndThePoolIsGivenBack() {
        for (int code :
                new int[] {CL.CL_MEM_OBJECT_ALLOCATION_FAILURE, CL.CL_OUT_OF_RESOURCES, CL.CL_OUT_OF_HOST_MEMORY}) {
            List<String> events = new ArrayList<>();
            command(events, code, CL.CL_SUCCESS);
            assertEquals(List.of("call", "finish", "release", "call", "done"), events);
        }
    }

    @Test
    void aCommandWithoutMemoryTwiceNamesItsSizes() {
        List<String> events = new ArrayList<>();
        OutOfDeviceMemoryException e = assertThrows(
                OutOfDeviceMemoryException.class,
                () -> command(events, CL.CL_OUT_OF_RESOURCES, CL.CL_MEM_OBJECT_ALLOCATION_FAILURE));
        assertEquals(List.of("call", "finish", "release", "call"), events);
        assertEquals(1000, e.wantedBytes());
        assertEquals(256, e.pooledBytes());
        assertEquals(CL.CL_MEM_OBJECT_ALLOCATION_FAILURE, e.code());
        assertTrue(String.valueOf(e.getMessage()).startsWith("copy: device '"), e.getMessage());
    }

    @Test
    void aCommandThatFailsOtherwiseIsNotTriedAgain() {
        List<String> events = new ArrayList<>();
        OpenClException e = assertThrows(OpenClException.class, () -> command(events, CL.CL_INVALID_VALUE));
        assertEquals("copy with 1000 bytes: CL_INVALID_VALUE (-30)", e.getMessage());
        assertEquals(List.of("call", "release"), events);
    }

    @Test
    void everyHandleIsClosedAlsoWhenSomeFail() {
        List<String> released = new ArrayList<>();
        List<Handle<String>> handles = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            handles.add(new Handle<>(name, name, o -> {
                released.add(o);
                return "b".equals(o) ? CL.CL_SUCCESS : CL.CL_INVALID_VALUE;
            }));
        }
        OpenClException e = assertThrows(OpenClException.class, () -> Handle.closeAll(handles));
        assertEquals(List.of("a", "b", "c"), released);
        assertEquals("release a: CL_INVALID_VALUE (-30)", e.getMessage());
        assertEquals("release c: CL_INVALID_VALUE (-30)", e.getSuppressed()[0].getMessage());
    }

    @Test
    void aBrokenSourceFailsWithFileOptionsDeviceAndLog() {
        Programs programs = opencl(Precision.F32).engine().programs();
        KernelBuildException e = assertThrows(
                KernelBuildException.class,
                () -> programs.build(
                        "broken.cl", "__kernel void f(__global REAL *x) { x[0] = unknown; }", "-D TILE=4"));
        assertEquals("broken.cl", e.file());
        assertEquals(CL.CL_BUILD_PROGRAM_FAILURE, e.code());
        assertTrue(e.log().contains("unknown"), e.log());
        assertTrue(String.valueOf(e.getMessage()).contains("broken.cl with '"), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("-D TILE=4"), e.getMessage());
        assertTrue(
                String.valueOf(e.getMessage())
                        .contains(opencl(Precision.F32).engine().device().name()),
                e.getMessage());
    }

    @Test
    void aRefusedLaunchNamesKernelAndSizes() {
        Kernel kernel = opencl(Precision.F32).engine().kernel("elementwise.cl", "fill");
        try (Engine.Scratch y = opencl(Precision.F32).engine().scratch(16)) {
            KernelLaunchException e = assertThrows(
                    KernelLaunchException.class,
                    () -> kernel.run(new long[] {10}, new long[] {3}, y.buffer(), 1.0, 10));
            assertTrue(
                    String.valueOf(e.getMessage()).startsWith("launch: kernel fill, global [10], local [3], device '"),
                    e.getMessage());
        }
    }

    @Test
    void useAfterCloseIsAnErrorAndClosingTwiceIsNot() {
        OpenClBackend backend = (OpenClBackend) new OpenClProvider().open(device(), Precision.F32, 0);
        Tensor scoped = backend.fill(Shape.of(3), 2);
        Tensor survivor = scoped.share();
        backend.close();
        backend.close();
        assertThrows(IllegalStateException.class, scoped::toDoubles);
        IllegalStateException e = assertThrows(IllegalStateException.class, survivor::toDoubles);
        assertEquals("opencl: queue used after it was closed", e.getMessage());
        assertThrows(IllegalStateException.class, () -> backend.unary(UnaryOp.NEG, survivor));
        assertThrows(IllegalStateException.class, () -> backend.fill(Shape.of(3), 2));
        survivor.close();
        assertEquals(0, backend.liveBytes());
    }

    @Test
    void aHandleReleasesOnceAndRefusesLaterUse() {
        List<String> released = new ArrayList<>();
        Handle<String> handle = new Handle<>("thing", "object", o -> {
            released.add(o);
            return CL.CL_SUCCESS;
        });
        assertEquals("object", handle.get());
        handle.close();
        handle.close();
        assertEquals(List.of("object"), released);
        IllegalStateException e = assertThrows(IllegalStateException.class, handle::get);
        assertEquals("opencl: thing used after it was closed", e.getMessage());
    }

    @Test
    void programsAreBuiltOncePerFileAndDefines() {
        OpenClBackend backend = opencl(Precision.F32);
        backend.fill(Shape.of(3), 2);
        int before = backend.programBuilds();
        backend.fill(Shape.of(5), 2);
        backend.unary(UnaryOp.NEG, backend.fill(Shape.of(7), 2));
        assertEquals(before, backend.programBuilds());
    }

    @Test
    void freedBuffersAreUsedAgain() {
        OpenClBackend backend = opencl(Precision.F32);
        Tensor first = backend.fill(Shape.of(12345), 1);
        first.close();
        long pooled = backend.pooledBytes();
        Tensor second = backend.fill(Shape.of(12345), 2);
        assertTrue(backend.pooledBytes() < pooled);
        assertEquals(2, second.toDoubles()[12344]);
    }

    @Test
    void partOfTheComputeUnitsCanBeTaken() {
        try (var backend = new OpenClProvider().open(device(), Precision.F32, 1)) {
            assertEquals(1, ((OpenClBackend) backend).engine().device().computeUnits());
            assertEquals(
                    -2, backend.unary(UnaryOp.NEG, backend.fill(Shape.of(3), 2)).toDoubles()[2]);
        } catch (BackendException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("can't be limited to 1 of its"), e.getMessage());
        }
    }
}
