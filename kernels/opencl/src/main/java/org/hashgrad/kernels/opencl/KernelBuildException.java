package org.hashgrad.kernels.opencl;

/** The device's compiler refused a kernel source; the message ends with the compiler's log. */
public final class KernelBuildException extends OpenClException {
    private static final long serialVersionUID = 1L;
    private final String file;
    private final String log;

    KernelBuildException(String file, String options, String device, String log, int code) {
        super(
                "build: " + file + " with '" + options + "' on device '" + device + "': " + describe(code) + "; log: "
                        + log.strip(),
                code);
        this.file = file;
        this.log = log;
    }

    /** The kernel source, for example {@code gemm.cl}. */
    public String file() {
        return file;
    }

    /** What the compiler said. */
    public String log() {
        return log;
    }
}
