package org.hashgrad.kernels.opencl;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.Device;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/** Lists the OpenCL devices; a seam so that a test can stand in for a machine without OpenCL. */
@FunctionalInterface
interface Platforms {
    /**
     * Every device of every platform, in the drivers' order.
     *
     * @throws UnsatisfiedLinkError when the OpenCL library is missing
     * @throws OpenClException when the library finds no driver (−1001) or a driver fails
     */
    List<OpenClDevice> devices();

    /** What this machine's OpenCL library reports. */
    static List<OpenClDevice> installed() {
        int[] count = new int[1];
        OpenClException.check(CL.clGetPlatformIDs(0, null, count), "clGetPlatformIDs");
        cl_platform_id[] platforms = new cl_platform_id[count[0]];
        OpenClException.check(CL.clGetPlatformIDs(platforms.length, platforms, null), "clGetPlatformIDs");
        List<OpenClDevice> found = new ArrayList<>();
        for (cl_platform_id platform : platforms) {
            int code = CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, 0, null, count);
            if (code == CL.CL_DEVICE_NOT_FOUND) {
                continue;
            }
            OpenClException.check(code, "clGetDeviceIDs");
            cl_device_id[] ids = new cl_device_id[count[0]];
            OpenClException.check(
                    CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, ids.length, ids, null), "clGetDeviceIDs");
            String driver =
                    platformText(platform, CL.CL_PLATFORM_NAME) + ", " + platformText(platform, CL.CL_PLATFORM_VERSION);
            for (cl_device_id id : ids) {
                found.add(describe(id, driver));
            }
        }
        return found;
    }

    private static OpenClDevice describe(cl_device_id id, String driver) {
        long type = number(id, CL.CL_DEVICE_TYPE);
        Device.Kind kind = (type & CL.CL_DEVICE_TYPE_GPU) != 0
                ? Device.Kind.GPU
                : (type & CL.CL_DEVICE_TYPE_CPU) != 0 ? Device.Kind.CPU : Device.Kind.OTHER;
        return new OpenClDevice(
                id,
                text(id, CL.CL_DEVICE_NAME),
                kind,
                driver,
                number(id, CL.CL_DEVICE_DOUBLE_FP_CONFIG) != 0,
                (number(id, CL.CL_DEVICE_SINGLE_FP_CONFIG) & CL.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0,
                number(id, CL.CL_DEVICE_GLOBAL_MEM_SIZE),
                number(id, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
                number(id, CL.CL_DEVICE_LOCAL_MEM_SIZE),
                number(id, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE),
                (int) number(id, CL.CL_DEVICE_MAX_COMPUTE_UNITS));
    }

    /** An integer of 4 or 8 bytes. */
    private static long number(cl_device_id id, int parameter) {
        long[] value = new long[1];
        OpenClException.check(
                CL.clGetDeviceInfo(id, parameter, Sizeof.cl_long, Pointer.to(value), null), "clGetDeviceInfo");
        return value[0];
    }

    private static String text(cl_device_id id, int parameter) {
        long[] size = new long[1];
        OpenClException.check(CL.clGetDeviceInfo(id, parameter, 0, null, size), "clGetDeviceInfo");
        byte[] bytes = new byte[(int) size[0]];
        OpenClException.check(
                CL.clGetDeviceInfo(id, parameter, bytes.length, Pointer.to(bytes), null), "clGetDeviceInfo");
        return terminated(bytes);
    }

    private static String platformText(cl_platform_id id, int parameter) {
        long[] size = new long[1];
        OpenClException.check(CL.clGetPlatformInfo(id, parameter, 0, null, size), "clGetPlatformInfo");
        byte[] bytes = new byte[(int) size[0]];
        OpenClException.check(
                CL.clGetPlatformInfo(id, parameter, bytes.length, Pointer.to(bytes), null), "clGetPlatformInfo");
        return terminated(bytes);
    }

    private static String terminated(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).replace("\0", "").strip();
    }
}
