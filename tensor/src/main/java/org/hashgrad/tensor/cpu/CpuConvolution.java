package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;

/**
 * Convolutions of images with the channels last, as matrix products over a copy of the input with its border. Nothing is unrolled into
 * columns: a window is a few runs of contiguous elements, (kx, c) for each ky, and forward the kernels read the left factor where it lies.
 *
 * <pre>
 *   forward          y [q, o]  = Σ_t padded x [position(q) + tap(t)] · w [t, o]      rows: 8 positions, k along a run, vectors of outputs
 *   input gradient   the forward pass of gy, spread by the stride, with mirrored weights
 *   weight gradient  gw[t, o]  = Σ_q padded x [position(q) + tap(t)] · gy[q, o]      strips of taps are packed, k along the positions
 * </pre>
 *
 * Every sum is added with k ascending in blocks of {@link CpuGemm#DEPTH}, by one thread.
 */
final class CpuConvolution {
    /** Positions that use a block of weights while it is in the cache, in tiles. */
    private static final int TILES = 12;

    /** Shorter runs are copied into rows first: a tile costs as much as 8 of its steps to begin and end. */
    private static final int SHORT_RUN = 64;

    private final Workers workers;
    private final Kernels kernels;
    private final Floats.Pool pool;
    private final ConvolutionWeights weights;

    CpuConvolution(Workers workers, Kernels kernels, Floats.Pool pool) {
        this.workers = workers;
        this.kernels = kernels;
        this.pool = pool;
        this.weights = new ConvolutionWeights(workers, kernels);
    }

    /** {@code finish} gets every range of rows of y, (N · OH · OW, O), once, when it is complete. */
    void forward(
            float[] x,
            Shape input,
            float[] w,
            Shape filters,
            ConvGeometry g,
            float[] y,
            Shape out,
            Workers.Range finish) {
        float[] padded = border(x, input, g, 0);
        Windows windows = windows(padded, input, filters, g, out);
        float[] packed = pool.borrow(weights.packedSize(windows, filters.dim(0) / g.groups()));
        weights.packForward(w, filters, windows, packed);
        correlate(windows, packed, filters.dim(0) / g.groups(), y, finish);
        pool.giveBack(packed);
        giveBack(padded, x);
    }

    void inputGradient(float[] gy, Shape out, float[] w, Shape filters, ConvGeometry g, float[] gx, Shape input) {
        int kernelY = filters.dim(2);
        int kernelX = filters.dim(3);
        int height = input.dim(2) + kernelY - 1;
        int width = input.dim(3) + kernelX - 1;
        float[] spread = pool.borrow((long) out.dim(0) * height * width * out.dim(1));
        spread(
                gy,
                out,
                kernelY - 1 - g.padY(),
                kernelX - 1 - g.padX(),
                g.strideY(),
                g.strideX(),
                height,
                width,
                spread);
        Windows windows = new Windows(
                spread,
                out.dim(0),
                out.dim(1),
                height,
                width,
                g.groups(),
                kernelY,
                kernelX,
                1,
                1,
                input.dim(2),
                input.dim(3));
        float[] packed = pool.borrow(weights.packedSize(windows, filters.dim(1)));
        weights.packMirrored(w, filters, windows, packed);
        correlate(windows, packed, filters.dim(1), gx, (from, to) -> {});
        pool.giveBack(packed);
        pool.giveBack(spread);
    }

    private void giveBack(float[] padded, float[] x) {
        if (padded != x) {
            pool.giveBack(padded);
        }
    }

    private static Windows windows(float[] padded, Shape input, Shape filters, ConvGeometry g, Shape out) {
        return new Windows(
                padded,
                input.dim(0),
                input.dim(1),
                input.dim(2) + 2 * g.padY(),
                input.dim(3) + 2 * g.padX(),
                g.groups(),
                filters.dim(2),
                filters.dim(3),
                g.strideY(),
                g.strideX(),
                out.dim(2),
                out.dim(3));
    }

    /** x with its border, and at least {@code more} elements behind it; x itself where that has both. */
    private float[] border(float[] x, Shape input, ConvGeometry g, int more) {
        int height = input.dim(2) + 2 * g.padY();
        int width = input.dim(3) + 2 * g.padX();
        long size = (long) input.dim(0) * height * width * input.dim(1);
        if (g.padY() + g.padX() == 0 && x.length >= size + more) {
            return x;
        }
        float[] padded = pool.borrow(size + more);
        spread(x, input, g.padY(), g.padX(), 1, 1, height, width, padded);
        return padded;
    }

    /** Pixel (i, j) of x to (top + i·stepY, left + j·stepX) of images of height × width where that exists, zeros elsewhere. */
    private void spread(
            float[] x, Shape shape, int top, int left, int stepY, int stepX, int height, int width, float[] y) {
        int channels = shape.dim(1);
        int rows = shape.dim(2);
        int columns = shape.dim(3);
        int first = Math.max(0, -Math.floorDiv(left, stepX));
        int end = Math.max(first, Math.min(columns, Math.floorDiv(width - 1 - left, stepX) + 1));
        int line = width * channels;
        workers.run(shape.dim(0) * height, CpuElementwise.rowsPerGrain(line), (from, to) -> {
            for (int task = from; task < to; task++) {
                int target = task * line;
                int i = task % height - top;
                if (i < 0 || i % stepY != 0 || i / stepY >= rows || first == end) {
                    Arrays.fill(y, target, target + line, 0);
                    continue;
                }
                int source = (task / height * rows + i / stepY) * columns * channels;
                if (stepX == 1) {
                    int begin = target + (left + first) * channels;
                    int length = (end - first) * channels;
                    Arrays.fill(y, target, begin, 0);
                    System.arraycopy(x, source + first * channels, y, begin, length);
                    Arrays.fill(y, begin + length, target + line, 0);
                } else {
                    Arrays.fill(y, target, target + line, 0);
                    for (int j = first; j < end; j++) {
                        System.arraycopy(x, source + j * channels, y, target + (left + j * stepX) * channels, channels);
                    }
                }
            }
        });
    }

    /** y (positions of all images, groups · outputs) from the windows and packed weights. */
    private void correlate(Windows windows, float[] packed, int outputs, float[] y, Workers.Range finish) {
        int block = TILES * kernels.tileRows();
        int total = windows.total();
        long flops = 2L * block * windows.taps() * outputs * windows.groups();
        workers.run(CpuGemm.panels(total, block), CpuGemm.grain(flops), (from, to) -> {
            Correlation task = new Correlation(windows, packed, outputs, y);
            for (int i = from; i < to; i++) {
                int end = Math.min(total, (i + 1) * block);
                for (int group = 0; group < windows.groups(); group++) {
                    task.positions(group, i * block, end);
                }
                finish.run(i * block, end);
            }
        });
    }

    /** The forward pass of one thread. */
    private final class Correlation {
        private final Windows windows;
        private final float[] packed;
        private final int outputs;
        private final float[] y;
        private final int height = kernels.tileRows();
        private final int width = kernels.tileColumns();
        private final int across;
        private final int stride;
        private final boolean copied;
        private final float[] left;
        private final float[] edge;
        private final int[] starts;

        Correlation(Windows windows, float[] packed, int outputs, float[] y) {
            this.windows = windows;
            this.packed = packed;
            this.outputs = outputs;
            this.y = y;
            across = CpuGemm.panels(outputs, width);
            stride = windows.groups() * outputs;
            copied = windows.runLength() < SHORT_RUN && windows.runs() > 1;
            Scratch own = Scratch.ofThread();
            left = copied ? own.left(TILES * height * windows.taps()) : windows.images();
            edge = own.edge(height * width);
            starts = own.offsets(TILES * height);
        }

        void positions(int group, int from, int to) {
            int tiles = CpuGemm.panels(to - from, height);
            for (int i = 0; i < tiles * height; i++) {
                starts[i] = windows.position(Math.min(from + i, to - 1));
            }
            int runs = windows.runs();
            int length = windows.runLength();
            int base = windows.groupOffset(group);
            if (copied) {
                for (int i = 0; i < tiles * height; i++) {
                    for (int run = 0; run < runs; run++) {
                        int source = base + starts[i] + windows.run(run);
                        int target = i * windows.taps() + run * length;
                        for (int k = 0; k < length; k++) {
                            left[target + k] = windows.images()[source + k];
                        }
                    }
                    starts[i] = i * windows.taps();
                }
                base = 0;
                runs = 1;
                length = windows.taps();
            }
            for (int run = 0; run < runs; run++) {
                int offset = copied ? 0 : base + windows.run(run);
                for (int k = 0; k < length; k += CpuGemm.DEPTH) {
                    int depth = Math.min(CpuGemm.DEPTH, length - k);
                    int tap = run * length + k;
                    for (int q = 0; q < across; q++) {
                        int panel = ((group * across + q) * windows.taps() + tap) * width;
                        for (int tile = 0; tile < tiles; tile++) {
                            tile(group, from + tile * height, to, q, tile * height, offset + k, depth, panel, tap > 0);
                        }
                    }
                }
            }
        }

        private void tile(int group, int row, int end, int q, int from, int offset, int depth, int panel, boolean add) {
            int column = q * width;
            int target = row * stride + group * outputs + column;
            boolean whole = row + height <= end && column + width <= outputs;
            if (whole && !add) {
                kernels.multiplyRows(depth, left, offset, starts, from, packed, panel, y, target, stride);
                return;
            }
            kernels.multiplyRows(depth, left, offset, starts, from, packed, panel, edge, 0, width);
            if (whole) {
                kernels.addTile(edge, y, target, stride);
                return;
            }
            int usedRows = Math.min(height, end - row);
            int usedColumns = Math.min(width, outputs - column);
            for (int i = 0; i < usedRows; i++) {
                for (int j = 0; j < usedColumns; j++) {
                    int at = target + i * stride + j;
                    y[at] = add ? y[at] + edge[i * width + j] : edge[i * width + j];
                }
            }
        }
    }

    void weightGradient(float[] x, Shape input, float[] gy, Shape out, ConvGeometry g, float[] gw, Shape filters) {
        int height = kernels.tileRows();
        int width = kernels.tileColumns();
        int strip = Math.max(1, width / height) * height;
        float[] padded = border(x, input, g, strip);
        Windows windows = windows(padded, input, filters, g, out);
        int outputs = filters.dim(0) / g.groups();
        int across = CpuGemm.panels(outputs, width);
        int stripsPerRun = CpuGemm.panels(windows.runLength(), strip);
        int strips = windows.runs() * stripsPerRun;
        float[] sums = pool.borrow((long) g.groups() * strips * across * strip * width);
        long flops = 2L * windows.total() * strip * across * width;
        workers.run(g.groups() * strips, CpuGemm.grain(flops), (from, to) -> {
            Scratch own = Scratch.ofThread();
            float[] left = own.left(CpuGemm.DEPTH * strip);
            float[] right = own.right(across * CpuGemm.DEPTH * width);
            float[] more = own.edge(height * width);
            for (int k = 0; k < windows.total(); k += CpuGemm.DEPTH) {
                int depth = Math.min(CpuGemm.DEPTH, windows.total() - k);
                for (int group = from / strips; group * strips < to; group++) {
                    for (int q = 0; q < across; q++) {
                        int panel = q * depth * width;
                        packCotangents(gy, out.dim(1), k, depth, group * outputs, q * width, outputs, right, panel);
                    }
                    int last = Math.min(to, (group + 1) * strips);
                    for (int task = Math.max(from, group * strips); task < last; task++) {
                        int row = task % strips;
                        int run = row / stripsPerRun;
                        int tap = row % stripsPerRun * strip;
                        int used = Math.min(strip, windows.runLength() - tap);
                        packTaps(windows, windows.groupOffset(group) + windows.run(run) + tap, k, depth, strip, left);
                        for (int q = 0; q < across; q++) {
                            int target = (task * across + q) * strip * width;
                            for (int i = 0; i < used; i += height) {
                                int at = target + i * width;
                                int panel = q * depth * width;
                                if (k == 0) {
                                    kernels.multiply(depth, left, i, strip, right, panel, sums, at, width);
                                } else {
                                    kernels.multiply(depth, left, i, strip, right, panel, more, 0, width);
                                    kernels.addTile(more, sums, at, width);
                                }
                            }
                        }
                    }
                }
            }
        });
        weights.unpackGradient(sums, filters, windows, strip, stripsPerRun, gw);
        pool.giveBack(sums);
        giveBack(padded, x);
    }

    /** The strip of taps at {@code offset} in windows k … k + depth − 1, (depth, strip); windows of a row are a step apart. */
    private void packTaps(Windows windows, int offset, int k, int depth, int strip, float[] left) {
        int done = 0;
        while (done < depth) {
            int first = k + done;
            int count = Math.min(depth - done, windows.columns() - first % windows.columns());
            int source = offset + windows.position(first);
            int step = windows.strideX() * windows.channels();
            kernels.copy(windows.images(), source, step, left, done * strip, strip, count, strip);
            done += count;
        }
    }

    /** Positions k … k + depth − 1 of gy (positions, all outputs): a panel of the group's outputs from {@code column}. */
    private void packCotangents(
            float[] gy, int all, int k, int depth, int group, int column, int outputs, float[] right, int to) {
        int width = kernels.tileColumns();
        int count = Math.min(width, outputs - column);
        int source = k * all + group + column;
        if (count < width) {
            Arrays.fill(right, to, to + depth * width, 0);
        }
        kernels.copy(gy, source, all, right, to, width, depth, count);
    }
}
