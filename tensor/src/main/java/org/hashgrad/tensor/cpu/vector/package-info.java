/** The SIMD twin of the CPU backend's inner loops; loaded only where the JVM has {@code jdk.incubator.vector}. */
@NullMarked
package org.hashgrad.tensor.cpu.vector;

import org.jspecify.annotations.NullMarked;
