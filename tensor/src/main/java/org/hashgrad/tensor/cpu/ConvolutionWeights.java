package org.hashgrad.tensor.cpu;

import org.hashgrad.tensor.Shape;

/** Filters (G·O, C, KH, KW) as panels of a right factor, (G, panels, taps (ky, kx, c), panel width), and their gradient back. */
final class ConvolutionWeights {
    private final Workers workers;
    private final Kernels kernels;

    ConvolutionWeights(Workers workers, Kernels kernels) {
        this.workers = workers;
        this.kernels = kernels;
    }

    long packedSize(Windows windows, int outputs) {
        int width = kernels.tileColumns();
        return (long) windows.groups() * CpuGemm.panels(outputs, width) * width * windows.taps();
    }

    /** Lanes are the filters of a group. */
    void packForward(float[] w, Shape filters, Windows windows, float[] packed) {
        int channels = filters.dim(1);
        int area = filters.dim(2) * filters.dim(3);
        int outputs = filters.dim(0) / windows.groups();
        int width = kernels.tileColumns();
        int across = CpuGemm.panels(outputs, width);
        int grain = CpuElementwise.rowsPerGrain(channels * area * width);
        workers.run(windows.groups() * across, grain, (from, to) -> {
            for (int panel = from; panel < to; panel++) {
                int first = panel % across * width;
                int source = (panel / across * outputs + first) * channels * area;
                int target = panel * windows.taps() * width;
                for (int tap = 0; tap < area; tap++) {
                    CpuGemm.packPanel(
                            w,
                            source + tap,
                            channels * area,
                            area,
                            Math.min(width, outputs - first),
                            channels,
                            width,
                            packed,
                            target + tap * channels * width);
                }
            }
        });
    }

    /** Mirrored in both kernel axes: lanes are the channels, taps (ky, kx, o). */
    void packMirrored(float[] w, Shape filters, Windows windows, float[] packed) {
        int channels = filters.dim(1);
        int area = filters.dim(2) * filters.dim(3);
        int outputs = filters.dim(0) / windows.groups();
        int width = kernels.tileColumns();
        int across = CpuGemm.panels(channels, width);
        int grain = CpuElementwise.rowsPerGrain(outputs * area * width);
        workers.run(windows.groups() * across, grain, (from, to) -> {
            for (int panel = from; panel < to; panel++) {
                int first = panel % across * width;
                int source = (panel / across * outputs * channels + first) * area;
                int target = panel * windows.taps() * width;
                for (int tap = 0; tap < area; tap++) {
                    CpuGemm.packPanel(
                            w,
                            source + area - 1 - tap,
                            area,
                            channels * area,
                            Math.min(width, channels - first),
                            outputs,
                            width,
                            packed,
                            target + tap * outputs * width);
                }
            }
        });
    }

    /** Tiles of sums (G, runs, strips of a run, panels of outputs) to the filters' own order. */
    void unpackGradient(float[] sums, Shape filters, Windows windows, int strip, int stripsPerRun, float[] gw) {
        int width = kernels.tileColumns();
        int channels = filters.dim(1);
        int area = filters.dim(2) * filters.dim(3);
        int outputs = filters.dim(0) / windows.groups();
        int across = CpuGemm.panels(outputs, width);
        int length = windows.runLength();
        workers.run(filters.dim(0), CpuElementwise.rowsPerGrain(channels * area), (from, to) -> {
            for (int filter = from; filter < to; filter++) {
                int o = filter % outputs;
                int first = filter / outputs * windows.runs();
                int tap = 0;
                for (int run = 0; run < windows.runs(); run++) {
                    for (int i = 0; i < length; i++, tap++) {
                        int tile = ((first + run) * stripsPerRun + i / strip) * across + o / width;
                        int source = (tile * strip + i % strip) * width + o % width;
                        gw[(filter * channels + tap % channels) * area + tap / channels] = sums[source];
                    }
                }
            }
        });
    }
}
