package org.hashgrad.tensor;

/**
 * A kernel that ran.
 *
 * @param layer that it ran for, empty outside of all
 * @param backward whether for the layer's gradients
 * @param primitive that it was a part of, for example {@code conv2d}
 * @param kernel its own name; on a backend without kernels of their own names, the primitive's
 * @param flops floating-point operations of the whole primitive, a multiply-add counted as two, with its first kernel; 0 where they aren't counted
 * @param bytes of the buffers it was given
 * @param start on the clock of {@link System#nanoTime}
 * @param nanos how long it ran
 */
public record Launch(
        String layer,
        boolean backward,
        String primitive,
        String kernel,
        double flops,
        long bytes,
        long start,
        long nanos) {}
