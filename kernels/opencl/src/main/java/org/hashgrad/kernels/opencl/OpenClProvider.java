package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.BackendProvider;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.WinogradMode;

/**
 * Finds OpenCL devices and opens them: F32 always, F64 where the device has it. A machine without the OpenCL library, without a driver or
 * without a device is reported as one unusable device that says what to install.
 */
public final class OpenClProvider implements BackendProvider {
    static final String NAME = "opencl";
    private static final String INSTALL_ALL =
            "install an OpenCL loader and a driver, for a CPU on Debian or Ubuntu: apt-get install pocl-opencl-icd ocl-icd-libopencl1";
    private static final String INSTALL_DRIVER =
            "install the device's OpenCL driver, for a CPU on Debian or Ubuntu: apt-get install pocl-opencl-icd";
    private static final int NO_DRIVER = -1001;

    /** Held while drivers are asked and devices opened: loaders and drivers set themselves up at the first question, not all safely. */
    private static final Object ONE_AT_A_TIME = new Object();

    private final Platforms platforms;

    public OpenClProvider() {
        this(Platforms::installed);
    }

    OpenClProvider(Platforms platforms) {
        this.platforms = platforms;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Device> devices() {
        try {
            List<Device> rows = probe().stream().map(OpenClDevice::row).toList();
            return rows.isEmpty() ? missing("no device: the installed drivers report none", INSTALL_DRIVER) : rows;
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            return missing("the OpenCL library can't be loaded: " + firstLine(e), INSTALL_ALL);
        } catch (OpenClException e) {
            return e.code() == NO_DRIVER
                    ? missing("no driver: the OpenCL loader finds none (error -1001)", INSTALL_DRIVER)
                    : missing("the driver failed: " + e.getMessage(), "check the installation with clinfo");
        }
    }

    private static List<Device> missing(String problem, String remedy) {
        return List.of(new Device(NAME, "none", Device.Kind.OTHER, "", List.of(), problem, remedy));
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }

    /** The devices, equal names told apart by a number. */
    private List<OpenClDevice> probe() {
        Map<String, Integer> seen = new HashMap<>();
        List<OpenClDevice> named = new ArrayList<>();
        for (OpenClDevice device : reported()) {
            int count = seen.merge(device.name(), 1, Integer::sum);
            named.add(count == 1 ? device : device.withName(device.name() + " #" + count));
        }
        return named;
    }

    private List<OpenClDevice> reported() {
        synchronized (ONE_AT_A_TIME) {
            return platforms.devices();
        }
    }

    /**
     * Opens a device found by {@link #devices()}; {@code threads} &gt; 0 takes that many of its compute units.
     *
     * @throws BackendException when {@code threads} is negative, when the device is unusable, is gone, lacks the precision or can't be divided
     */
    @Override
    public Backend open(Device device, Precision precision, int threads) {
        return open(device, precision, threads, WinogradMode.DEFAULT);
    }

    @Override
    public Backend open(Device device, Precision precision, int threads, WinogradMode winograd) {
        return open(device, precision, threads, winograd, Optional.empty());
    }

    /**
     * As {@link #open(Device, Precision, int, WinogradMode)}, with the kernels of a family that the device was not made for: for tests and
     * comparisons, the results agree within rounding.
     */
    public Backend open(Device device, Precision precision, int threads, WinogradMode winograd, Family family) {
        return open(device, precision, threads, winograd, Optional.of(family));
    }

    private Backend open(
            Device device, Precision precision, int threads, WinogradMode winograd, Optional<Family> family) {
        if (threads < 0) {
            throw new BackendException("opencl: need threads >= 0, got " + threads);
        }
        if (!device.usable()) {
            throw new BackendException("opencl: device '" + device.name() + "' is unusable: " + device.problem() + " ("
                    + device.remedy() + ")");
        }
        for (OpenClDevice found : probe()) {
            if (found.name().equals(device.name()) && found.driver().equals(device.driver())) {
                if (!found.row().supports(precision)) {
                    throw new BackendException("opencl: device '" + found.name() + "' has no " + precision
                            + ", it supports " + found.row().precisions());
                }
                return new OpenClBackend(opened(found, precision, threads, family.orElse(Family.of(found))), winograd);
            }
        }
        throw new BackendException("opencl: device '" + device.name() + "' is not there any more; there are: "
                + probe().stream().map(OpenClDevice::name).toList());
    }

    private static Engine opened(OpenClDevice device, Precision precision, int threads, Family family) {
        synchronized (ONE_AT_A_TIME) {
            return new Engine(device, precision, threads, family);
        }
    }
}
