/** The OpenCL backend: device choice, program cache, buffer pool and the host side of every kernel. */
@NullMarked
package org.hashgrad.kernels.opencl;

import org.jspecify.annotations.NullMarked;
