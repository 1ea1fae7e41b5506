package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.Precision;

/**
 * Which kernels a device runs; both families are correct on every device and sit behind the same host interface.
 *
 * <ul>
 *   <li>{@link #CPU}: few work-items that each do a lot with wide vectors.
 *   <li>{@link #GPU}: many work-items that share local memory; sources named {@code gpu_….cl} where the two differ.
 * </ul>
 */
public enum Family {
    CPU(64, 1),
    GPU(16, 64);

    private final int vectorBytes;
    private final int wideGroup;

    Family(int vectorBytes, int wideGroup) {
        this.vectorBytes = vectorBytes;
        this.wideGroup = wideGroup;
    }

    /** The family made for a device: {@link #CPU} for processors, {@link #GPU} for everything else. */
    static Family of(OpenClDevice device) {
        return device.isCpu() ? CPU : GPU;
    }

    /** Elements of the vectors of sources that both families share: what one item loads at once. */
    int lanes(Precision precision) {
        return vectorBytes / precision.bytes();
    }

    /** Items of a work-group where each of them does a lot. */
    int wideGroup() {
        return wideGroup;
    }
}
