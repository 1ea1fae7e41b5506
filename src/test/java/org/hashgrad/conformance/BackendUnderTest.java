package org.hashgrad.conformance;

import java.util.Optional;
import org.hashgrad.kernels.opencl.Family;
import org.hashgrad.kernels.opencl.OpenClProvider;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.WinogradMode;

/** What every conformance table runs on. {@link BackendsUnderTest} opens them. */
enum BackendUnderTest {
    REFERENCE("reference", Precision.F64, 0),
    CPU_ONE_THREAD("cpu", Precision.F32, 1),
    CPU_TWO_THREADS("cpu", Precision.F32, 2),
    OPENCL_F32("opencl", Precision.F32, 0),
    OPENCL_F64("opencl", Precision.F64, 0),
    OPENCL_GPU_KERNELS_F32("opencl", Precision.F32, Family.GPU),
    OPENCL_GPU_KERNELS_F64("opencl", Precision.F64, Family.GPU);

    private final String request;
    private final Precision precision;
    private final int threads;
    private final Optional<Family> kernels;

    BackendUnderTest(String request, Precision precision, int threads) {
        this.request = request;
        this.precision = precision;
        this.threads = threads;
        this.kernels = Optional.empty();
    }

    BackendUnderTest(String request, Precision precision, Family kernels) {
        this.request = request;
        this.precision = precision;
        this.threads = 0;
        this.kernels = Optional.of(kernels);
    }

    Precision precision() {
        return precision;
    }

    /** The device that {@link #open} takes. @throws AssertionError when there is none: a missing device is a failure */
    Backends.Choice choice(Backends installed) {
        try {
            return installed.choose(request, Optional.of(precision));
        } catch (BackendException e) {
            throw new AssertionError("conformance tests need " + this + ": " + e.getMessage(), e);
        }
    }

    Backend open() {
        Backends installed = Backends.installed();
        if (kernels.isPresent()) {
            return new OpenClProvider()
                    .open(choice(installed).device(), precision, threads, WinogradMode.DEFAULT, kernels.get());
        }
        return installed.open(choice(installed), threads);
    }

    /** For example {@code opencl in F64} or {@code cpu in F32 with 2 threads}. */
    @Override
    public String toString() {
        return request + " in " + precision
                + kernels.map(family -> " with " + family + " kernels").orElse("")
                + (threads == 0 ? "" : " with " + threads + (threads == 1 ? " thread" : " threads"));
    }
}
