package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.BackendException;
import org.jocl.CL;

/** An OpenCL call failed; the message names the call and the error code. */
public class OpenClException extends BackendException {
    private static final long serialVersionUID = 1L;
    private final int code;

    OpenClException(String message, int code) {
        super(message);
        this.code = code;
    }

    /** The OpenCL error code, for example −1001 when no vendor's driver is registered. */
    public final int code() {
        return code;
    }

    /** @throws OpenClException naming {@code call} unless {@code code} is CL_SUCCESS */
    static void check(int code, String call) {
        if (code != CL.CL_SUCCESS) {
            throw new OpenClException(call + ": " + describe(code), code);
        }
    }

    /** For example {@code CL_OUT_OF_RESOURCES (-5)}. */
    static String describe(int code) {
        return CL.stringFor_errorCode(code) + " (" + code + ")";
    }

    /** Whether the code says that memory ran out. */
    static boolean isOutOfMemory(int code) {
        return code == CL.CL_MEM_OBJECT_ALLOCATION_FAILURE
                || code == CL.CL_OUT_OF_RESOURCES
                || code == CL.CL_OUT_OF_HOST_MEMORY
                || code == CL.CL_INVALID_BUFFER_SIZE;
    }
}
