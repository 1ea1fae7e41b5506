package org.hashgrad.tensor.cpu;

import java.util.Arrays;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;

/**
 * Convolutions as matrix products whose column matrix exists one panel at a time. With the input padded into scratch, the element of
 * tap t = (c, ky, kx) at output position q = (n, oy, ox) is {@code padded[tap(t) + position(q)]}, for every geometry:
 *
 * <pre>
 *   forward          y[o, q]  = Σ_t w[o, t]  · padded x [tap(t) + position(q)]
 *   input gradient   the forward pass of gy, spread by the stride, with mirrored weights
 *   weight gradient  gw[o, t] = Σ_q gy[o, q] · padded x [tap(t) + position(q)]
 * </pre>
 */
final class CpuConvolution {
    private static final int PIECES = 16;
    private final Workers workers;
    private final Kernels kernels;
    private final Floats.Pool pool;

    CpuConvolution(Workers workers, Kernels kernels, Floats.Pool pool) {
        this.workers = workers;
        this.kernels = kernels;
        this.pool = pool;
    }

    /** Images (N, C, H, W) with a border, and where the windows over them lie. */
    private record Windows(
            float[] images,
            int channels,
            int height,
            int width,
            int groups,
            int kernelY,
            int kernelX,
            int strideY,
            int strideX,
            int rows,
            int columns) {

        int positions() {
            return rows * columns;
        }

        int taps() {
            return channels / groups * kernelY * kernelX;
        }

        /** Offsets of taps from, …, clamped to the last one, within a group. */
        void tapOffsets(int from, int[] offsets) {
            for (int i = 0; i < offsets.length; i++) {
                int tap = Math.min(from + i, taps() - 1);
                int c = tap / (kernelY * kernelX);
                int ky = tap / kernelX % kernelY;
                offsets[i] = (c * height + ky) * width + tap % kernelX;
            }
        }

        /** Offsets of positions from, … of all images, clamped to the last of {@code total}. */
        void positionOffsets(int from, int total, int[] offsets) {
            for (int i = 0; i < offsets.length; i++) {
                int at = Math.min(from + i, total - 1);
                int n = at / positions();
                int p = at % positions();
                offsets[i] = (n * channels * height + p / columns * strideY) * width + p % columns * strideX;
            }
        }

        int groupOffset(int group) {
            return group * (channels / groups) * height * width;
        }
    }

    void forward(float[] x, Shape input, float[] w, Shape weights, ConvGeometry g, float[] y, Shape out) {
        float[] padded = g.padY() + g.padX() == 0 ? x : spread(x, input, g.padY(), g.padX(), 1, 1, border(input, g));
        Windows windows = windows(padded, input, weights, g, out);
        correlate(windows, input.dim(0), w, weights.dim(0) / g.groups(), y);
        if (padded != x) {
            pool.giveBack(padded);
        }
    }

    private static Shape border(Shape input, ConvGeometry g) {
        return input.with(2, input.dim(2) + 2 * g.padY()).with(3, input.dim(3) + 2 * g.padX());
    }

    private static Windows windows(float[] padded, Shape input, Shape weights, ConvGeometry g, Shape out) {
        Shape border = border(input, g);
        return new Windows(
                padded,
                input.dim(1),
                border.dim(2),
                border.dim(3),
                g.groups(),
                weights.dim(2),
                weights.dim(3),
                g.strideY(),
                g.strideX(),
                out.dim(2),
                out.dim(3));
    }

    void inputGradient(float[] gy, Shape out, float[] w, Shape weights, ConvGeometry g, float[] gx, Shape input) {
        int kernelY = weights.dim(2);
        int kernelX = weights.dim(3);
        Shape wide = out.with(2, input.dim(2) + kernelY - 1).with(3, input.dim(3) + kernelX - 1);
        float[] spread =
                spread(gy, out, kernelY - 1 - g.padY(), kernelX - 1 - g.padX(), g.strideY(), g.strideX(), wide);
        float[] mirrored = mirror(w, weights, g.groups());
        Windows windows = new Windows(
                spread,
                out.dim(1),
                wide.dim(2),
                wide.dim(3),
                g.groups(),
                kernelY,
                kernelX,
                1,
                1,
                input.dim(2),
                input.dim(3));
        correlate(windows, input.dim(0), mirrored, weights.dim(1), gx);
        pool.giveBack(mirrored);
        pool.giveBack(spread);
    }

    /** (G·O, C, KH, KW) → (G·C, O, KH, KW), mirrored in both kernel axes. */
    private float[] mirror(float[] w, Shape weights, int groups) {
        int outputs = weights.dim(0) / groups;
        int channels = weights.dim(1);
        int area = weights.dim(2) * weights.dim(3);
        float[] mirrored = pool.borrow(weights.size());
        for (int o = 0; o < weights.dim(0); o++) {
            for (int c = 0; c < channels; c++) {
                int source = (o * channels + c) * area;
                int target = ((o / outputs * channels + c) * outputs + o % outputs) * area;
                for (int i = 0; i < area; i++) {
                    mirrored[target + area - 1 - i] = w[source + i];
                }
            }
        }
        return mirrored;
    }

    /** x on a background of zeros: row i goes to row top + i·stepY of {@code wide} where that exists, columns likewise. */
    private float[] spread(float[] x, Shape shape, int top, int left, int stepY, int stepX, Shape wide) {
        float[] y = pool.borrow(wide.size());
        int rows = shape.dim(2);
        int columns = shape.dim(3);
        int height = wide.dim(2);
        int width = wide.dim(3);
        int first = Math.max(0, -Math.floorDiv(left, stepX));
        int end = Math.max(first, Math.min(columns, Math.floorDiv(width - 1 - left, stepX) + 1));
        int planes = shape.dim(0) * shape.dim(1);
        workers.run(planes, CpuElementwise.rowsPerGrain(height * width), (from, to) -> {
            Arrays.fill(y, from * height * width, to * height * width, 0);
            for (int plane = from; plane < to; plane++) {
                for (int i = 0; i < rows; i++) {
                    int row = top + i * stepY;
                    if (row < 0 || row >= height) {
                        continue;
                    }
                    int source = (plane * rows + i) * columns;
                    int target = (plane * height + row) * width + left;
                    if (stepX == 1) {
                        System.arraycopy(x, source + first, y, target + first, end - first);
                    } else {
                        for (int j = first; j < end; j++) {
                            y[target + j * stepX] = x[source + j];
                        }
                    }
                }
            }
        });
        return y;
    }

    /** y (N, groups · outputs, positions) = Σ over taps of w (groups · outputs, taps) and the windows. */
    private void correlate(Windows windows, int images, float[] w, int outputs, float[] y) {
        int height = kernels.tileRows();
        int width = kernels.tileColumns();
        int taps = windows.taps();
        int down = CpuGemm.panels(outputs, height);
        float[] packed = pool.borrow((long) windows.groups() * down * height * taps);
        for (int panel = 0; panel < windows.groups() * down; panel++) {
            int line = panel % down * height;
            int first = panel / down * outputs + line;
            CpuGemm.packPanel(
                    w,
                    first * taps,
                    taps,
                    1,
                    Math.min(height, outputs - line),
                    taps,
                    height,
                    packed,
                    panel * height * taps);
        }
        int total = images * windows.positions();
        int across = CpuGemm.panels(total, width);
        int[] tapOffsets = new int[taps];
        windows.tapOffsets(0, tapOffsets);
        long flops = 2L * taps * width * height * down;
        workers.run(windows.groups() * across, CpuGemm.grain(flops), (from, to) -> {
            float[] columns = new float[taps * width];
            float[] block = new float[down * height * width];
            int[] positions = new int[width];
            for (int task = from; task < to; task++) {
                int group = task / across;
                int first = task % across * width;
                windows.positionOffsets(first, total, positions);
                gather(windows.images(), windows.groupOffset(group), tapOffsets, 0, taps, positions, columns);
                for (int k = 0; k < taps; k += CpuGemm.DEPTH) {
                    int depth = Math.min(CpuGemm.DEPTH, taps - k);
                    for (int panel = 0; panel < down; panel++) {
                        kernels.multiply(
                                depth,
                                packed,
                                ((group * down + panel) * taps + k) * height,
                                columns,
                                k * width,
                                block,
                                panel * height * width,
                                width,
                                k > 0);
                    }
                }
                store(windows, group, outputs, first, Math.min(width, total - first), block, width, y);
            }
        });
        pool.giveBack(packed);
    }

    /** y[k − from][j] = x[base + lines[k] + columns[j]]. */
    private static void gather(float[] x, int base, int[] lines, int from, int to, int[] columns, float[] y) {
        int width = columns.length;
        for (int k = from; k < to; k++) {
            int source = base + lines[k];
            int target = (k - from) * width;
            for (int j = 0; j < width; j++) {
                y[target + j] = x[source + columns[j]];
            }
        }
    }

    /** Columns first … of a block (outputs, width) to their images in y. */
    private static void store(
            Windows windows, int group, int outputs, int first, int count, float[] block, int width, float[] y) {
        int positions = windows.positions();
        int done = 0;
        while (done < count) {
            int n = (first + done) / positions;
            int p = (first + done) % positions;
            int run = Math.min(count - done, positions - p);
            int target = ((n * windows.groups() + group) * outputs) * positions + p;
            for (int o = 0; o < outputs; o++) {
                System.arraycopy(block, o * width + done, y, target + o * positions, run);
            }
            done += run;
        }
    }

    void weightGradient(float[] x, Shape input, float[] gy, Shape out, ConvGeometry g, float[] gw, Shape weights) {
        float[] padded = g.padY() + g.padX() == 0 ? x : spread(x, input, g.padY(), g.padX(), 1, 1, border(input, g));
        Windows windows = windows(padded, input, weights, g, out);
        int height = kernels.tileRows();
        int width = kernels.tileColumns();
        int outputs = out.dim(1) / g.groups();
        int images = out.dim(0);
        int positions = windows.positions();
        int total = images * positions;
        int down = CpuGemm.panels(outputs, height);
        int taps = windows.taps();
        int across = CpuGemm.panels(taps, width);
        float[] packed = pool.borrow((long) g.groups() * down * height * total);
        packCotangents(gy, images, g.groups(), outputs, positions, packed);
        int[] lines = new int[total];
        windows.positionOffsets(0, total, lines);

        int pieces = Math.min(images, Math.max(1, PIECES / (g.groups() * across)));
        float[] partial = pieces == 1 ? gw : pool.borrow((long) pieces * weights.size());
        long flops = 2L * (total / pieces) * width * height * down;
        workers.run(pieces * g.groups() * across, CpuGemm.grain(flops), (from, to) -> {
            float[] columns = new float[CpuGemm.DEPTH * width];
            float[] block = new float[down * height * width];
            int[] offsets = new int[width];
            for (int task = from; task < to; task++) {
                int panel = task % across;
                int group = task / across % g.groups();
                int piece = task / across / g.groups();
                int begin = (int) ((long) images * piece / pieces) * positions;
                int end = (int) ((long) images * (piece + 1) / pieces) * positions;
                windows.tapOffsets(panel * width, offsets);
                for (int k = begin; k < end; k += CpuGemm.DEPTH) {
                    int depth = Math.min(CpuGemm.DEPTH, end - k);
                    gather(padded, windows.groupOffset(group), lines, k, k + depth, offsets, columns);
                    for (int i = 0; i < down; i++) {
                        kernels.multiply(
                                depth,
                                packed,
                                ((group * down + i) * total + k) * height,
                                columns,
                                0,
                                block,
                                i * height * width,
                                width,
                                k > begin);
                    }
                }
                int run = Math.min(width, taps - panel * width);
                int target = piece * weights.size() + group * outputs * taps + panel * width;
                for (int o = 0; o < outputs; o++) {
                    System.arraycopy(block, o * width, partial, target + o * taps, run);
                }
            }
        });
        if (pieces > 1) {
            addPieces(partial, pieces, weights.size(), gw);
            pool.giveBack(partial);
        }
        pool.giveBack(packed);
        if (padded != x) {
            pool.giveBack(padded);
        }
    }

    /** gy (N, groups · outputs, positions) as panels of outputs with k = (n, position). */
    private void packCotangents(float[] gy, int images, int groups, int outputs, int positions, float[] packed) {
        int height = kernels.tileRows();
        int down = CpuGemm.panels(outputs, height);
        workers.run(images, CpuElementwise.rowsPerGrain(groups * outputs * positions), (from, to) -> {
            for (int n = from; n < to; n++) {
                for (int panel = 0; panel < groups * down; panel++) {
                    int line = panel % down * height;
                    int first = panel / down * outputs + line;
                    CpuGemm.packPanel(
                            gy,
                            (n * groups * outputs + first) * positions,
                            positions,
                            1,
                            Math.min(height, outputs - line),
                            positions,
                            height,
                            packed,
                            (panel * images + n) * positions * height);
                }
            }
        });
    }

    private void addPieces(float[] partial, int pieces, int size, float[] sum) {
        workers.run(size, CpuElementwise.GRAIN / pieces, (from, to) -> {
            System.arraycopy(partial, from, sum, from, to - from);
            for (int piece = 1; piece < pieces; piece++) {
                for (int i = from; i < to; i++) {
                    sum[i] += partial[piece * size + i];
                }
            }
        });
    }
}
