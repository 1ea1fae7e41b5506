package org.hashgrad.tensor;

import java.util.List;

/**
 * What a provider's probe found. {@code problem} is empty for a usable device; otherwise it says why not, and {@code remedy} what to
 * do about it. A provider that finds nothing reports one unusable device.
 *
 * @param backend the provider's name: {@code reference}, {@code cpu}, {@code opencl}
 * @param name the device's own name
 * @param kind what it is
 * @param driver driver or runtime and its version, empty if none
 * @param precisions what it can be opened with, the default first; empty when unusable
 */
public record Device(
        String backend,
        String name,
        Kind kind,
        String driver,
        List<Precision> precisions,
        String problem,
        String remedy) {
    /** Kinds of device. */
    public enum Kind {
        CPU,
        GPU,
        OTHER
    }

    public Device {
        precisions = List.copyOf(precisions);
    }

    public boolean usable() {
        return problem.isEmpty();
    }

    public boolean supports(Precision precision) {
        return precisions.contains(precision);
    }
}
