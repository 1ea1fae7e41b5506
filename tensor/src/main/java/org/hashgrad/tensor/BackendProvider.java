package org.hashgrad.tensor;

import java.util.List;

/** Finds and opens the devices of one backend; registered as a {@link java.util.ServiceLoader} service. Probing never throws. */
public interface BackendProvider {
    /** The name users give: {@code reference}, {@code cpu}, {@code opencl}. */
    String name();

    /** Every device, usable or with the reason why not; at least one row. */
    List<Device> devices();

    /**
     * Opens a usable device of {@link #devices()}.
     *
     * @param threads host threads or compute units to use; 0 = all
     * @throws BackendException when the device refuses
     */
    Backend open(Device device, Precision precision, int threads);

    /**
     * As {@link #open(Device, Precision, int)}, saying which algorithm 3 × 3 convolutions may use. A backend that has none ignores it; what it
     * has is {@link Backend#winograd()}.
     */
    default Backend open(Device device, Precision precision, int threads, WinogradMode winograd) {
        return open(device, precision, threads);
    }
}
