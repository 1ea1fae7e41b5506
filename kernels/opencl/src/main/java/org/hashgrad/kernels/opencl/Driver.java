package org.hashgrad.kernels.opencl;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;
import org.jspecify.annotations.Nullable;

/** The questions that the probe asks an OpenCL platform; every answer may be an {@link OpenClException}. */
interface Driver {
    /** @param parameter CL_PLATFORM_… */
    String text(int parameter);

    List<Answers> devices();

    /** The questions that the probe asks a device. */
    interface Answers {
        cl_device_id id();

        /** @param parameter CL_DEVICE_… with an integer of 4 or 8 bytes for a value */
        long number(int parameter);

        /** @param parameter CL_DEVICE_… with a text for a value */
        String text(int parameter);
    }

    /**
     * The drivers of this machine's OpenCL library.
     *
     * @throws UnsatisfiedLinkError when the library is missing
     * @throws OpenClException when it finds no driver (−1001)
     */
    static List<Installed> installed() {
        int[] count = new int[1];
        OpenClException.check(CL.clGetPlatformIDs(0, null, count), "clGetPlatformIDs");
        cl_platform_id[] ids = new cl_platform_id[count[0]];
        OpenClException.check(CL.clGetPlatformIDs(ids.length, ids, null), "clGetPlatformIDs");
        List<Installed> drivers = new ArrayList<>();
        for (cl_platform_id id : ids) {
            drivers.add(new Installed(id));
        }
        return drivers;
    }

    /** A platform of the OpenCL library. */
    record Installed(cl_platform_id id) implements Driver {
        @Override
        public String text(int parameter) {
            return read(
                    (bytes, size) -> CL.clGetPlatformInfo(id, parameter, bytes.length, pointer(bytes), size),
                    "clGetPlatformInfo");
        }

        @Override
        public List<Answers> devices() {
            int[] count = new int[1];
            int code = CL.clGetDeviceIDs(id, CL.CL_DEVICE_TYPE_ALL, 0, null, count);
            if (code == CL.CL_DEVICE_NOT_FOUND) {
                return List.of();
            }
            OpenClException.check(code, "clGetDeviceIDs");
            cl_device_id[] ids = new cl_device_id[count[0]];
            OpenClException.check(
                    CL.clGetDeviceIDs(id, CL.CL_DEVICE_TYPE_ALL, ids.length, ids, null), "clGetDeviceIDs");
            List<Answers> devices = new ArrayList<>();
            for (cl_device_id device : ids) {
                devices.add(new InstalledDevice(device));
            }
            return devices;
        }
    }

    /** A device of the OpenCL library. */
    record InstalledDevice(cl_device_id id) implements Answers {
        @Override
        public long number(int parameter) {
            long[] value = new long[1];
            OpenClException.check(
                    CL.clGetDeviceInfo(id, parameter, Sizeof.cl_long, Pointer.to(value), null),
                    "clGetDeviceInfo " + CL.stringFor_cl_device_info(parameter));
            return value[0];
        }

        @Override
        public String text(int parameter) {
            return read(
                    (bytes, size) -> CL.clGetDeviceInfo(id, parameter, bytes.length, pointer(bytes), size),
                    "clGetDeviceInfo " + CL.stringFor_cl_device_info(parameter));
        }
    }

    /** One of the library's functions that tell a text's size or its bytes. */
    @FunctionalInterface
    interface Question {
        int ask(byte[] bytes, long @Nullable [] size);
    }

    private static @Nullable Pointer pointer(byte[] bytes) {
        return bytes.length == 0 ? null : Pointer.to(bytes);
    }

    private static String read(Question question, String call) {
        long[] size = new long[1];
        OpenClException.check(question.ask(new byte[0], size), call);
        byte[] bytes = new byte[(int) size[0]];
        OpenClException.check(question.ask(bytes, null), call);
        return new String(bytes, StandardCharsets.UTF_8).replace("\0", "").strip();
    }
}
