package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Storage;

/** A row-major tensor in a device buffer. */
final class OpenClStorage extends Storage {
    private final DeviceBuffer buffer;
    private final DeviceMemory memory;

    OpenClStorage(Backend backend, long bytes, DeviceBuffer buffer, DeviceMemory memory) {
        super(backend, bytes);
        this.buffer = buffer;
        this.memory = memory;
    }

    DeviceBuffer buffer() {
        return buffer;
    }

    @Override
    protected void free() {
        memory.give(buffer);
    }
}
