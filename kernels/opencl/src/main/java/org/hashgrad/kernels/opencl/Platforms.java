package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hashgrad.tensor.Device;
import org.jocl.CL;

/** Lists the OpenCL devices; a seam so that a test can stand in for a machine without OpenCL. */
@FunctionalInterface
interface Platforms {
    /**
     * Every device of every platform, in the drivers' order; a driver or device that fails, and a device that can't run the kernels, as an
     * unusable one with the reason.
     *
     * @throws UnsatisfiedLinkError when the OpenCL library is missing
     * @throws OpenClException when the library finds no driver (−1001)
     */
    List<OpenClDevice> devices();

    /** What this machine's OpenCL library reports. */
    static List<OpenClDevice> installed() {
        return probed(Driver.installed());
    }

    /** What the drivers report. */
    static List<OpenClDevice> probed(List<? extends Driver> drivers) {
        List<OpenClDevice> found = new ArrayList<>();
        for (Driver driver : drivers) {
            String name = "unknown driver";
            try {
                name = driver.text(CL.CL_PLATFORM_NAME) + ", " + driver.text(CL.CL_PLATFORM_VERSION);
                for (Driver.Answers device : driver.devices()) {
                    found.add(describe(device, name));
                }
            } catch (OpenClException e) {
                found.add(OpenClDevice.unusable("unknown", Device.Kind.OTHER, name, failed("driver", e)));
            }
        }
        return found;
    }

    private static OpenClDevice describe(Driver.Answers device, String driver) {
        String name = "unknown";
        Device.Kind kind = Device.Kind.OTHER;
        try {
            name = device.text(CL.CL_DEVICE_NAME);
            kind = kind(device.number(CL.CL_DEVICE_TYPE));
            String problem = problem(device);
            if (!problem.isEmpty()) {
                return OpenClDevice.unusable(name, kind, driver, problem);
            }
            return new OpenClDevice(
                    device.id(),
                    name,
                    kind,
                    driver,
                    fp64(device),
                    (device.number(CL.CL_DEVICE_SINGLE_FP_CONFIG) & CL.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0,
                    device.number(CL.CL_DEVICE_GLOBAL_MEM_SIZE),
                    device.number(CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
                    device.number(CL.CL_DEVICE_LOCAL_MEM_SIZE),
                    device.number(CL.CL_DEVICE_MAX_WORK_GROUP_SIZE),
                    (int) device.number(CL.CL_DEVICE_MAX_COMPUTE_UNITS),
                    "");
        } catch (OpenClException e) {
            return OpenClDevice.unusable(name, kind, driver, failed("device", e));
        }
    }

    private static String failed(String what, OpenClException e) {
        return "the " + what + " failed: " + e.getMessage();
    }

    private static Device.Kind kind(long type) {
        return (type & CL.CL_DEVICE_TYPE_GPU) != 0
                ? Device.Kind.GPU
                : (type & CL.CL_DEVICE_TYPE_CPU) != 0 ? Device.Kind.CPU : Device.Kind.OTHER;
    }

    private static String problem(Driver.Answers device) {
        if (device.number(CL.CL_DEVICE_AVAILABLE) == 0) {
            return "the driver reports the device as not available";
        }
        if (device.number(CL.CL_DEVICE_COMPILER_AVAILABLE) == 0) {
            return "the driver has no compiler for kernels";
        }
        String version = device.text(CL.CL_DEVICE_VERSION);
        Matcher parts = Pattern.compile("OpenCL (\\d+)\\.(\\d+).*").matcher(version);
        boolean recent =
                parts.matches() && 10 * Integer.parseInt(parts.group(1)) + Integer.parseInt(parts.group(2)) >= 12;
        return recent ? "" : "need OpenCL 1.2, the device has '" + version + "'";
    }

    /** Drivers before OpenCL 2.0 may refuse the question when the answer is no. */
    private static boolean fp64(Driver.Answers device) {
        try {
            return device.number(CL.CL_DEVICE_DOUBLE_FP_CONFIG) != 0;
        } catch (OpenClException e) {
            return false;
        }
    }
}
