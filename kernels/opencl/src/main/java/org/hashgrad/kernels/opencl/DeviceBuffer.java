package org.hashgrad.kernels.opencl;

import org.jocl.cl_mem;

/** One device allocation: its handle and the size under which the pool keeps it. */
record DeviceBuffer(Handle<cl_mem> memory, long bytes) {}
