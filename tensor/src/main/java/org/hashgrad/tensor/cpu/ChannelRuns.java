package org.hashgrad.tensor.cpu;

import org.hashgrad.tensor.Shape;

/**
 * A tensor (N, C, …) as runs of contiguous elements. Where there is an inner extent, a run is one (image, channel) plane; for (N, C) it
 * is a stretch of channels of one image.
 */
record ChannelRuns(int images, int channels, int inner) {
    /** Gets the (first) channel of a run, its length and its offset. */
    interface Visitor {
        void run(int channel, int n, int at);
    }

    static ChannelRuns of(Shape shape) {
        return new ChannelRuns(shape.dim(0), shape.dim(1), shape.product(2, shape.rank()));
    }

    /** Elements per channel. */
    int count() {
        return images * inner;
    }

    /** Every run of the channels first … last − 1, images ascending for each channel. */
    void visit(int first, int last, Visitor visitor) {
        if (inner == 1) {
            for (int image = 0; image < images; image++) {
                visitor.run(first, last - first, image * channels + first);
            }
            return;
        }
        for (int channel = first; channel < last; channel++) {
            for (int image = 0; image < images; image++) {
                visitor.run(channel, inner, (image * channels + channel) * inner);
            }
        }
    }

    /** Shares out ranges of channels; a channel is never divided. */
    void shareChannels(Workers workers, Workers.Range range) {
        workers.run(channels, CpuElementwise.rowsPerGrain(count()), range);
    }

    /** Shares out all runs, images first, in memory order. */
    void share(Workers workers, Visitor visitor) {
        workers.run(images, CpuElementwise.rowsPerGrain(channels * inner), (from, to) -> {
            for (int image = from; image < to; image++) {
                if (inner == 1) {
                    visitor.run(0, channels, image * channels);
                } else {
                    for (int channel = 0; channel < channels; channel++) {
                        visitor.run(channel, inner, (image * channels + channel) * inner);
                    }
                }
            }
        });
    }

    /** Adds a run's elements to its channels' sums, the run's first channel at {@code slot}. */
    void addTo(double[] sums, int slot, float[] x, int at, int n) {
        if (inner == 1) {
            for (int i = 0; i < n; i++) {
                sums[slot + i] += x[at + i];
            }
        } else {
            sums[slot] += CpuReduction.sum(x, at, n);
        }
    }
}
