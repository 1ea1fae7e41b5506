package org.hashgrad.cli;

import org.hashgrad.tensor.Launch;

/** Launches of kernels: how many, their time and what they did. */
final class Launches {
    private long count;
    private long nanos;
    private double flops;
    private double bytes;

    void add(Launch launch) {
        count++;
        nanos += launch.nanos();
        flops += launch.flops();
        bytes += launch.bytes();
    }

    void add(Launches other) {
        addWithout(other);
        flops += other.flops;
    }

    /** Adds all but the floating-point operations. */
    void addWithout(Launches other) {
        count += other.count;
        nanos += other.nanos;
        bytes += other.bytes;
    }

    void addFlops(double more) {
        flops += more;
    }

    long count() {
        return count;
    }

    long nanos() {
        return nanos;
    }

    double flops() {
        return flops;
    }

    double bytes() {
        return bytes;
    }
}
