package org.hashgrad.kernels.opencl;

/** The device's compiler refused a kernel source; the message ends with the first line of the compiler's log. */
public final class KernelBuildException extends OpenClException {
    private static final long serialVersionUID = 1L;
    private final String file;
    private final String log;

    KernelBuildException(String file, String options, String device, String log, int code) {
        super(
                "build: " + file + " with '" + options + "' on device '" + device + "': " + describe(code) + "; log: "
                        + log.strip().lines().findFirst().orElse("empty"),
                code);
        this.file = file;
        this.log = log;
    }

    /** The kernel source, for example {@code gemm.cl}. */
    public String file() {
        return file;
    }

    /** All that the compiler said. */
    public String log() {
        return log;
    }
}
