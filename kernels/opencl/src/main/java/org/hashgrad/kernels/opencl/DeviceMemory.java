package org.hashgrad.kernels.opencl;

import java.util.function.LongSupplier;
import org.hashgrad.tensor.BufferPool;
import org.jocl.CL;
import org.jocl.cl_context;
import org.jocl.cl_mem;

/**
 * Allocates device buffers and keeps freed ones in a pool of at most a quarter of the device's memory. The queue is in order, so a buffer may be
 * handed on while commands that use it are still waiting.
 */
final class DeviceMemory implements AutoCloseable {
    private static final int POOL_SHARE = 4;

    private final OpenClDevice device;
    private final Handle<cl_context> context;
    private final BufferPool<DeviceBuffer> pool;
    private LongSupplier liveBytes = () -> 0;
    private boolean open = true;

    DeviceMemory(OpenClDevice device, Handle<cl_context> context) {
        this.device = device;
        this.context = context;
        this.pool = new BufferPool<>(
                device.globalBytes() / POOL_SHARE, buffer -> buffer.memory().close());
    }

    /** Where error messages read how much is in use. */
    void countLiveWith(LongSupplier supplier) {
        liveBytes = supplier;
    }

    long pooledBytes() {
        return pool.pooledBytes();
    }

    /** @throws OutOfDeviceMemoryException when the device refuses twice, the second time with an empty pool */
    DeviceBuffer take(long bytes) {
        if (bytes > device.largestBuffer()) {
            throw new OutOfDeviceMemoryException(
                    device, bytes, liveBytes.getAsLong(), pool.pooledBytes(), CL.CL_INVALID_BUFFER_SIZE);
        }
        long size = Math.min(BufferPool.sizeClass(bytes), device.largestBuffer());
        DeviceBuffer pooled = pool.poll(size);
        if (pooled != null) {
            return pooled;
        }
        int[] code = new int[1];
        cl_mem memory = create(size, code);
        if (code[0] != CL.CL_SUCCESS && OpenClException.isOutOfMemory(code[0])) {
            long held = pool.pooledBytes();
            pool.close();
            memory = create(size, code);
            if (code[0] != CL.CL_SUCCESS) {
                throw new OutOfDeviceMemoryException(device, bytes, liveBytes.getAsLong(), held, code[0]);
            }
        }
        OpenClException.check(code[0], "clCreateBuffer of " + size + " bytes");
        return new DeviceBuffer(new Handle<>("buffer of " + size + " bytes", memory, CL::clReleaseMemObject), size);
    }

    private cl_mem create(long size, int[] code) {
        return CL.clCreateBuffer(context.get(), CL.CL_MEM_READ_WRITE, size, null, code);
    }

    /** Takes a buffer back: into the pool, or to the device once the backend is closed. */
    void give(DeviceBuffer buffer) {
        if (open) {
            pool.offer(buffer.bytes(), buffer);
        } else {
            buffer.memory().close();
        }
    }

    @Override
    public void close() {
        open = false;
        pool.close();
    }
}
