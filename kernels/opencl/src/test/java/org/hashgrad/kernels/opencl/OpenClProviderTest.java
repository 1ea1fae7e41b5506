package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.jocl.CL;
import org.jocl.cl_device_id;
import org.junit.jupiter.api.Test;

class OpenClProviderTest {
    private static OpenClDevice fake(String name, boolean fp64) {
        return new OpenClDevice(
                new cl_device_id(),
                name,
                Device.Kind.GPU,
                "Fake, OpenCL 1.2",
                fp64,
                false,
                1L << 30,
                1L << 28,
                1 << 15,
                256,
                8,
                "");
    }

    private static Device onlyRow(Platforms platforms) {
        List<Device> rows = new OpenClProvider(platforms).devices();
        assertEquals(1, rows.size());
        return rows.get(0);
    }

    @Test
    void aMissingLibraryIsAReasonWithARemedy() {
        Device row = onlyRow(() -> {
            throw new UnsatisfiedLinkError("no OpenCL in java.library.path\nsecond line");
        });
        assertFalse(row.usable());
        assertEquals("the OpenCL library can't be loaded: no OpenCL in java.library.path", row.problem());
        assertTrue(row.remedy().endsWith("apt-get install pocl-opencl-icd ocl-icd-libopencl1"), row.remedy());
        assertEquals(List.of(), row.precisions());
    }

    @Test
    void aLoaderWithoutADriverIsAReasonWithARemedy() {
        Device row = onlyRow(() -> {
            throw new OpenClException("clGetPlatformIDs: CL_PLATFORM_NOT_FOUND_KHR (-1001)", -1001);
        });
        assertEquals("no driver: the OpenCL loader finds none (error -1001)", row.problem());
        assertTrue(row.remedy().endsWith("apt-get install pocl-opencl-icd"), row.remedy());
    }

    @Test
    void noDeviceIsAReasonWithARemedy() {
        Device row = onlyRow(List::of);
        assertEquals("no device: the installed drivers report none", row.problem());
        assertTrue(row.remedy().contains("pocl-opencl-icd"), row.remedy());
    }

    @Test
    void aFailingDriverIsAReason() {
        Device row = onlyRow(() -> {
            throw new OpenClException("clGetDeviceIDs: CL_INVALID_VALUE (-30)", -30);
        });
        assertEquals("the driver failed: clGetDeviceIDs: CL_INVALID_VALUE (-30)", row.problem());
    }

    /** A device that answers like a sound one except where told otherwise; an empty answer is a failing query. */
    private record Answering(String name, Map<Integer, Optional<Object>> otherwise) implements Driver.Answers {
        private static final Map<Integer, Object> SOUND = Map.of(
                CL.CL_DEVICE_TYPE,
                CL.CL_DEVICE_TYPE_CPU,
                CL.CL_DEVICE_AVAILABLE,
                1L,
                CL.CL_DEVICE_COMPILER_AVAILABLE,
                1L,
                CL.CL_DEVICE_VERSION,
                "OpenCL 3.0 fake",
                CL.CL_DEVICE_DOUBLE_FP_CONFIG,
                63L);

        private Object answer(int parameter) {
            return otherwise
                    .getOrDefault(parameter, Optional.of(SOUND.getOrDefault(parameter, 0L)))
                    .orElseThrow(() -> new OpenClException("clGetDeviceInfo: CL_INVALID_VALUE (-30)", -30));
        }

        @Override
        public cl_device_id id() {
            return new cl_device_id();
        }

        @Override
        public long number(int parameter) {
            return (Long) answer(parameter);
        }

        @Override
        public String text(int parameter) {
            return parameter == CL.CL_DEVICE_NAME ? name : (String) answer(parameter);
        }
    }

    private static Driver driver(Supplier<List<Driver.Answers>> devices) {
        return new Driver() {
            @Override
            public String text(int parameter) {
                return parameter == CL.CL_PLATFORM_NAME ? "Fake" : "OpenCL 1.2";
            }

            @Override
            public List<Answers> devices() {
                return devices.get();
            }
        };
    }

    private static Driver.Answers answering(String name, int parameter, Optional<Object> answer) {
        return new Answering(name, Map.of(parameter, answer));
    }

    @Test
    void aBadDriverOrDeviceLeavesTheGoodOnesUsable() {
        Driver bad = driver(() -> {
            throw new OpenClException("clGetDeviceIDs: CL_INVALID_VALUE (-30)", -30);
        });
        Driver mixed = driver(() -> List.of(
                answering("broken", CL.CL_DEVICE_GLOBAL_MEM_SIZE, Optional.empty()), new Answering("good", Map.of())));
        List<Device> rows = new OpenClProvider(() -> Platforms.probed(List.of(bad, mixed))).devices();
        assertEquals(
                List.of(
                        "the driver failed: clGetDeviceIDs: CL_INVALID_VALUE (-30)",
                        "the device failed: clGetDeviceInfo: CL_INVALID_VALUE (-30)",
                        ""),
                rows.stream().map(Device::problem).toList());
        assertEquals(
                List.of("unknown", "broken", "good"),
                rows.stream().map(Device::name).toList());
        assertEquals("Fake, OpenCL 1.2", rows.get(0).driver());
        assertEquals(Device.Kind.CPU, rows.get(1).kind());
        assertEquals(List.of(), rows.get(1).precisions());
        assertFalse(rows.get(1).remedy().isEmpty());
        assertEquals(List.of(Precision.F32, Precision.F64), rows.get(2).precisions());
    }

    @Test
    void aDeviceThatCannotRunTheKernelsIsUnusable() {
        List<Driver.Answers> devices = List.of(
                answering("off", CL.CL_DEVICE_AVAILABLE, Optional.of(0L)),
                answering("offline", CL.CL_DEVICE_COMPILER_AVAILABLE, Optional.of(0L)),
                answering("old", CL.CL_DEVICE_VERSION, Optional.of("OpenCL 1.1 old")),
                answering("odd", CL.CL_DEVICE_VERSION, Optional.of("unknown")),
                answering("just enough", CL.CL_DEVICE_VERSION, Optional.of("OpenCL 1.2")));
        List<Device> rows = new OpenClProvider(() -> Platforms.probed(List.of(driver(() -> devices)))).devices();
        assertEquals(
                List.of(
                        "the driver reports the device as not available",
                        "the driver has no compiler for kernels",
                        "need OpenCL 1.2, the device has 'OpenCL 1.1 old'",
                        "need OpenCL 1.2, the device has 'unknown'",
                        ""),
                rows.stream().map(Device::problem).toList());
    }

    @Test
    void aRefusedQuestionForDoublePrecisionMeansThatThereIsNone() {
        Driver old = driver(() -> List.of(answering("old", CL.CL_DEVICE_DOUBLE_FP_CONFIG, Optional.empty())));
        assertEquals(
                List.of(Precision.F32),
                onlyRow(() -> Platforms.probed(List.of(old))).precisions());
    }

    @Test
    void doublePrecisionIsOfferedOnlyWhereTheDeviceHasIt() {
        OpenClProvider provider = new OpenClProvider(() -> List.of(fake("single", false), fake("both", true)));
        assertEquals(List.of(Precision.F32), provider.devices().get(0).precisions());
        assertEquals(
                List.of(Precision.F32, Precision.F64), provider.devices().get(1).precisions());
        BackendException e = assertThrows(
                BackendException.class, () -> provider.open(provider.devices().get(0), Precision.F64, 0));
        assertEquals("opencl: device 'single' has no F64, it supports [F32]", e.getMessage());
    }

    @Test
    void processorsGetTheCpusKernelsAndEverythingElseTheGpus() {
        assertEquals(Family.GPU, Family.of(fake("graphics", true)));
        assertEquals(Family.GPU, Family.of(OpenClDevice.unusable("board", Device.Kind.OTHER, "", "")));
        assertEquals(Family.CPU, Family.of(OpenClDevice.unusable("processor", Device.Kind.CPU, "", "")));
    }

    /** The first to ask stays until the second has come in too or stands before the door. */
    @Test
    void driversAreAskedByOneThreadAtATimeWhateverTheProvider() throws InterruptedException {
        AtomicInteger came = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        Platforms slow = () -> {
            if (came.incrementAndGet() == 1) {
                while (came.get() == 1 && threads.stream().noneMatch(t -> t.getState() == Thread.State.BLOCKED)) {
                    Thread.onSpinWait();
                }
                together.set(came.get());
            }
            return List.of();
        };
        for (int i = 0; i < 2; i++) {
            threads.add(new Thread(() -> new OpenClProvider(slow).devices()));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(1, together.get());
    }

    @Test
    void equalNamesAreToldApart() {
        OpenClProvider provider = new OpenClProvider(() -> List.of(fake("twin", true), fake("twin", true)));
        assertEquals(
                List.of("twin", "twin #2"),
                provider.devices().stream().map(Device::name).toList());
    }

    @Test
    void aDeviceThatIsGoneOrUnusableIsNotOpened() {
        OpenClProvider empty = new OpenClProvider(List::of);
        Device gone = fake("gone", true).row();
        BackendException e = assertThrows(BackendException.class, () -> empty.open(gone, Precision.F32, 0));
        assertEquals("opencl: device 'gone' is not there any more; there are: []", e.getMessage());
        Device unusable = empty.devices().get(0);
        e = assertThrows(BackendException.class, () -> empty.open(unusable, Precision.F32, 0));
        assertEquals(
                "opencl: device 'none' is unusable: " + unusable.problem() + " (" + unusable.remedy() + ")",
                e.getMessage());
    }

    @Test
    void aNegativeNumberOfThreadsIsRefused() {
        OpenClProvider provider = new OpenClProvider(() -> List.of(fake("device", true)));
        BackendException e = assertThrows(
                BackendException.class, () -> provider.open(provider.devices().get(0), Precision.F32, -1));
        assertEquals("opencl: need threads >= 0, got -1", e.getMessage());
    }

    @Test
    void theInstalledDeviceIsFoundByTheServiceLoaderAndOpens() {
        Device device = OnDevice.device();
        assertFalse(device.driver().isEmpty());
        Backends backends = Backends.installed();
        Backends.Choice choice = backends.choose("opencl", Optional.of(Precision.F32));
        assertEquals(device, choice.device());
        try (Backend backend = backends.open(choice, 0)) {
            assertEquals("opencl:" + device.name(), backend.name());
            backend.synchronize();
        }
    }
}
