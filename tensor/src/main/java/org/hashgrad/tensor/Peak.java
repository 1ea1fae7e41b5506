package org.hashgrad.tensor;

/**
 * What a device was seen to reach at most, to compare kernels with.
 *
 * @param flops floating-point operations per second of multiply-adds in registers, a multiply-add counted as two
 * @param bytes per second that a copy reads and writes together
 */
public record Peak(double flops, double bytes) {}
