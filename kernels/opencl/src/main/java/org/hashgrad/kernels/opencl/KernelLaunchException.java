package org.hashgrad.kernels.opencl;

import java.util.Arrays;

/** The device refused to enqueue a kernel. */
public final class KernelLaunchException extends OpenClException {
    private static final long serialVersionUID = 1L;

    KernelLaunchException(String kernel, long[] global, long[] local, String device, int code) {
        super(
                "launch: kernel " + kernel + ", global " + Arrays.toString(global) + ", local " + Arrays.toString(local)
                        + ", device '" + device + "': " + describe(code),
                code);
    }
}
