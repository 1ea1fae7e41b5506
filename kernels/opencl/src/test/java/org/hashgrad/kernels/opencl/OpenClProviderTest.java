package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
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
                8);
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
