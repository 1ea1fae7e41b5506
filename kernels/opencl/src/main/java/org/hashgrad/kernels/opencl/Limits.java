package org.hashgrad.kernels.opencl;

/**
 * How much a device is given at a time.
 *
 * @param blockBytes most bytes of one copy from the host, a multiple of 8
 * @param underWay bytes that may be under way between host and device whatever the uploads; for larger ones more, see {@link Transfers}
 * @param mostUnderWay however large the uploads are: that much of the host's memory may be page-locked twice, under way and free
 * @param groups most work-groups of a launch along any axis but the first
 */
record Limits(int blockBytes, long underWay, long mostUnderWay, long groups) {
    /** What NVIDIA's cards take, which no device tells. */
    private static final long GROUPS = 65_535;

    /** Part of what the device has, which on a CPU is the host's. */
    private static final int HOST_SHARE = 4;

    static Limits of(OpenClDevice device) {
        return new Limits(64 << 20, 256L << 20, device.globalBytes() / HOST_SHARE, GROUPS);
    }

    Limits withBlocks(int bytes, long atOnce) {
        return new Limits(bytes, atOnce, mostUnderWay, groups);
    }

    Limits withGroups(long most) {
        return new Limits(blockBytes, underWay, mostUnderWay, most);
    }
}
