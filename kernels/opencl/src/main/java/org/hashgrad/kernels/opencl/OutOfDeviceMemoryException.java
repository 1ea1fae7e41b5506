package org.hashgrad.kernels.opencl;

/** The device had no memory for a buffer or a command, also after its queue ran empty and the pool of free buffers was given back. */
public final class OutOfDeviceMemoryException extends OpenClException {
    private static final long serialVersionUID = 1L;
    private final long wantedBytes;
    private final long liveBytes;
    private final long pooledBytes;

    OutOfDeviceMemoryException(String what, OpenClDevice device, long wanted, long live, long pooled, int code) {
        super(
                what + ": device '" + device.name() + "' can't give " + wanted + " bytes; live " + live
                        + " bytes, pooled before the retry " + pooled + " bytes, device memory " + device.globalBytes()
                        + " bytes, largest buffer " + device.largestBuffer() + " bytes; " + describe(code)
                        + "; use a smaller batch or close tensors earlier",
                code);
        this.wantedBytes = wanted;
        this.liveBytes = live;
        this.pooledBytes = pooled;
    }

    /** Size of the buffer asked for, or of all that the command uses. */
    public long wantedBytes() {
        return wantedBytes;
    }

    /** Bytes behind open tensors at that moment. */
    public long liveBytes() {
        return liveBytes;
    }

    /** Bytes of free buffers that were given back before the second try. */
    public long pooledBytes() {
        return pooledBytes;
    }
}
