package org.hashgrad.kernels.opencl;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.hashgrad.tensor.BufferPool;
import org.jocl.CL;
import org.jocl.cl_context;
import org.jocl.cl_mem;

/**
 * Allocates device buffers and keeps freed ones in a pool. A quarter of the device's memory is the cap of the free buffers, not of those in
 * use. The queue is in order, so a buffer may be handed on while commands that use it are still waiting.
 */
final class DeviceMemory implements AutoCloseable {
    private static final int POOL_SHARE = 4;

    private final OpenClDevice device;
    private final Handle<cl_context> context;
    private final Runnable finish;
    private final BufferPool<DeviceBuffer> pool;
    private LongSupplier liveBytes = () -> 0;
    private boolean open = true;
    private long allocations;

    /** @param finish waits until every command is done */
    DeviceMemory(OpenClDevice device, Handle<cl_context> context, Runnable finish) {
        this.device = device;
        this.context = context;
        this.finish = finish;
        this.pool = new BufferPool<>(
                device.globalBytes() / POOL_SHARE, buffer -> buffer.memory().close());
    }

    /** Where error messages read how much is in use. */
    void countLiveWith(LongSupplier supplier) {
        liveBytes = supplier;
    }

    /** Buffers made so far. */
    long allocations() {
        return allocations;
    }

    long pooledBytes() {
        return pool.pooledBytes();
    }

    /** @throws OutOfDeviceMemoryException when the device refuses twice, the second time with an empty pool */
    DeviceBuffer take(long bytes) {
        if (bytes > device.largestBuffer()) {
            throw new OutOfDeviceMemoryException(
                    "allocate", device, bytes, liveBytes.getAsLong(), pool.pooledBytes(), CL.CL_INVALID_BUFFER_SIZE);
        }
        long size = Math.min(BufferPool.sizeClass(bytes), device.largestBuffer());
        DeviceBuffer pooled = pool.poll(size);
        if (pooled != null) {
            return pooled;
        }
        allocations++;
        cl_mem[] memory = new cl_mem[1];
        command("allocate", bytes, () -> {
            int[] code = new int[1];
            memory[0] = CL.clCreateBuffer(context.get(), CL.CL_MEM_READ_WRITE, size, null, code);
            return code[0];
        });
        return new DeviceBuffer(new Handle<>("buffer of " + size + " bytes", memory[0], CL::clReleaseMemObject), size);
    }

    /**
     * Runs a call that may need device memory; drivers may allocate a buffer only when a command first uses it. When memory runs out, waits for
     * the queue, gives the pool back and tries once more.
     *
     * @param what the operation, for the error message
     * @param bytes what the operation uses
     * @param call returns an error code
     * @throws OutOfDeviceMemoryException when memory runs out twice
     * @throws OpenClException when the call fails otherwise
     */
    void command(String what, long bytes, IntSupplier call) {
        int code = call.getAsInt();
        if (OpenClException.isOutOfMemory(code)) {
            long held = pool.pooledBytes();
            finish.run();
            pool.close();
            code = call.getAsInt();
            if (OpenClException.isOutOfMemory(code)) {
                throw new OutOfDeviceMemoryException(what, device, bytes, liveBytes.getAsLong(), held, code);
            }
        }
        OpenClException.check(code, what + " with " + bytes + " bytes");
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
