/** Tests of the OpenCL backend; a machine without an OpenCL device fails them. */
@NullMarked
package org.hashgrad.kernels.opencl;

import org.jspecify.annotations.NullMarked;
