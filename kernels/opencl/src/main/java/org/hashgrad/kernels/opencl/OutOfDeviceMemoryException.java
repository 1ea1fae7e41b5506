package org.hashgrad.kernels.opencl;

/** The device refused a buffer, also after the pool of free buffers was emptied. */
public final class OutOfDeviceMemoryException extends OpenClException {
    private static final long serialVersionUID = 1L;
    private final long wantedBytes;
    private final long liveBytes;
    private final long pooledBytes;

    OutOfDeviceMemoryException(OpenClDevice device, long wanted, long live, long pooled, int code) {
        super(
                "allocate: device '" + device.name() + "' can't give " + wanted + " bytes; live " + live
                        + " bytes, pooled before the retry " + pooled + " bytes, device memory " + device.globalBytes()
                        + " bytes, largest buffer " + device.largestBuffer() + " bytes; " + describe(code)
                        + "; use a smaller batch or close tensors earlier",
                code);
        this.wantedBytes = wanted;
        this.liveBytes = live;
        this.pooledBytes = pooled;
    }

    /** Size of the buffer asked for. */
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
