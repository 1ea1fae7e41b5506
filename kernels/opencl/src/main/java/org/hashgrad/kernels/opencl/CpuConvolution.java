package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/**
 * Launches {@code convolution.cl}. An image is read as it is where a group has at least half a vector of channels: blocked, see {@link Layout}, without
 * padding. Fewer channels are copied into padded lines. The result is blocked by the same rule, so that a chain of convolutions stays blocked.
 */
final class CpuConvolution implements Convolution {
    private static final String FILE = "convolution.cl";
    private static final int TILE = 14;
    private static final int TAPS = 8;
    /** Work-items of a weight gradient below which the images are cut into shares with partial sums. */
    private static final int FEW = 16;
    /** Elements of gradient of a pair of blocks that stay in the second cache while all taps of lines pass over them. */
    private static final long STREAM = 1 << 16;
    /** Output pixels of an input block and a pair of output blocks that stay in the first cache. */
    private static final int HOT = 192;
    /** How often they are at least read then. */
    private static final int REUSE = 4;
    /** Taps whose weights and places in {@code TILE} images stay in the second cache. */
    private static final int MOST_TAPS = 4096;
    /** Vectors after which addresses fall on the same ways of the first cache. */
    private static final int CACHE_SETS = 64;

    private final Engine engine;

    CpuConvolution(Engine engine) {
        this.engine = engine;
    }

    /** N images of groups; a group maps ins channels of H × W pixels to outs channels of OH × OW by a KH × KW kernel. */
    private record Problem(
            int n, int groups, int ins, int h, int w, int outs, int oh, int ow, int kh, int kw, Geometry at) {
        static Problem forward(Shape x, Shape w, Shape y, ConvGeometry g) {
            Geometry at = new Geometry(g.strideY(), g.strideX(), g.padY(), g.padX(), 1, 1);
            int outs = w.dim(0) / g.groups();
            return new Problem(
                    x.dim(0),
                    g.groups(),
                    w.dim(1),
                    x.dim(2),
                    x.dim(3),
                    outs,
                    y.dim(2),
                    y.dim(3),
                    w.dim(2),
                    w.dim(3),
                    at);
        }

        /** The forward problem that maps gy to gx. */
        static Problem adjoint(Shape x, Shape w, Shape y, ConvGeometry g) {
            int kh = w.dim(2);
            int kw = w.dim(3);
            Geometry at = new Geometry(1, 1, kh - 1 - g.padY(), kw - 1 - g.padX(), g.strideY(), g.strideX());
            int ins = w.dim(0) / g.groups();
            return new Problem(x.dim(0), g.groups(), ins, y.dim(2), y.dim(3), w.dim(1), x.dim(2), x.dim(3), kh, kw, at);
        }

        int area() {
            return kh * kw;
        }

        /** Elements of packed weights or partial sums. */
        long weights(int block) {
            return (long) blocks(block) * ins * area() * block;
        }

        int blocks(int block) {
            return groups * Tile.ceil(outs, block);
        }
    }

    /** Output p reads rows p · sy + i − py of an image whose pixels lie dy apart, columns alike. */
    private record Geometry(int sy, int sx, int py, int px, int dy, int dx) {
        boolean isPlain() {
            return equals(new Geometry(1, 1, 0, 0, 1, 1));
        }
    }

    @Override
    public Storage forward(Tensor x, Tensor w, ConvGeometry g, Shape out) {
        return convolve(x, w, out, Problem.forward(x.shape(), w.shape(), out, g), false, Finish.NONE);
    }

    @Override
    public Optional<List<Storage>> activated(ConvolutionActivation p, List<Tensor> in, Shape out) {
        Tensor x = in.get(0);
        Tensor w = in.get(1);
        Problem problem = Problem.forward(x.shape(), w.shape(), out, p.geometry());
        return Finish.of(p, in).map(finish -> List.of(convolve(x, w, out, problem, false, finish)));
    }

    @Override
    public Storage inputGradient(Tensor gy, Tensor w, ConvGeometry g, Shape input) {
        return convolve(gy, w, input, Problem.adjoint(input, w.shape(), gy.shape(), g), true, Finish.NONE);
    }

    private Storage convolve(Tensor x, Tensor w, Shape out, Problem p, boolean adjoint, Finish finish) {
        boolean blocked = isAligned(p, p.outs) && isBlockable(p.outs);
        Consumer<DeviceBuffer> fill = y -> {
            DeviceBuffer weights = packed(w, p, adjoint);
            try (Image image = image(x, p)) {
                engine.kernel(FILE, "convolve")
                        .wide(
                                Tile.ceil(p.n * p.oh * p.ow, TILE),
                                p.blocks(block()),
                                1,
                                image.buffer,
                                weights,
                                y,
                                finish.biasOr(weights),
                                struct(p, blocked),
                                Math.min(images(p), p.n),
                                finish.code());
            }
        };
        return blocked ? engine.makeBlocked(out, fill) : engine.make(out, fill);
    }

    /**
     * How many images' pixels at one place are neighbours in a tile, so that they leave out the same taps of the border: none where there is nothing
     * to leave out, or where the places and weights of so many taps don't stay in the second cache; fewer where images lie a multiple of the first
     * cache's ways apart.
     */
    private int images(Problem p) {
        boolean skips = p.at.py > 0 || p.at.px > 0 || p.at.dy > 1 || p.at.dx > 1;
        if (!skips || isLines(p) || p.ins * p.area() > MOST_TAPS) {
            return 1;
        }
        int vectors = Tile.ceil(p.groups * p.ins, engine.lanes()) * p.h * p.w;
        return vectors % (CACHE_SETS / 2) == 0 ? TILE / 2 : TILE;
    }

    @Override
    public Storage weightGradient(Tensor x, Tensor gy, ConvGeometry g, Shape weights) {
        Problem p = Problem.forward(x.shape(), weights, gy.shape(), g);
        int blocks = p.blocks(block());
        boolean lines = isLines(p);
        int kw = lines ? 1 : p.kw;
        int tiles = Tile.ceil(lines ? p.ins * p.area() : p.ins, TAPS);
        int span = Math.min(tiles, Tile.ceil(REUSE, kw));
        int items = (lines ? 1 : p.kh) * Tile.ceil(tiles, span);
        int share = lines
                ? (int) Math.max(1, Math.min(p.n, STREAM / ((long) p.oh * p.ow * block())))
                : Tile.ceil(p.n, Math.min(p.n, Tile.ceil(FEW, items * blocks)));
        int splits = Tile.ceil(p.n, share);
        return engine.make(weights, dw -> {
            try (Image image = image(x, p);
                    Image gradient = blocked(gy, p, p.outs);
                    Engine.Scratch partial = engine.scratch(splits * p.weights(block()))) {
                int[] struct = struct(p, true);
                engine.kernel(FILE, "weight_gradient")
                        .wide(
                                items,
                                blocks,
                                splits,
                                image.buffer,
                                gradient.buffer,
                                partial.buffer(),
                                struct,
                                Math.max(1, HOT / struct[5]),
                                span,
                                share);
                engine.kernel(FILE, "fold_weights")
                        .wide(
                                p.ins,
                                blocks,
                                1,
                                partial.buffer(),
                                dw,
                                p.groups,
                                p.outs,
                                p.ins,
                                p.kh,
                                p.kw,
                                splits,
                                lines ? 1 : 0);
            }
        });
    }

    private int block() {
        return 2 * engine.lanes();
    }

    private boolean isBlockable(int channels) {
        return channels >= engine.lanes() / 2;
    }

    /** Whether the groups' channels fill blocks, so that the blocks of the tensor are those of the groups. */
    private boolean isAligned(Problem p, int channels) {
        return p.groups == 1 || channels % engine.lanes() == 0;
    }

    private boolean isLines(Problem p) {
        return !isBlockable(p.ins);
    }

    /** What the kernels read, and whether it was made for one operation. */
    private final class Image implements AutoCloseable {
        private final DeviceBuffer buffer;
        private final boolean own;

        Image(DeviceBuffer buffer, boolean own) {
            this.buffer = buffer;
            this.own = own;
        }

        @Override
        public void close() {
            if (own) {
                engine.give(buffer);
            }
        }
    }

    private Image image(Tensor x, Problem p) {
        return isLines(p) ? new Image(lines(x, p), false) : blocked(x, p, p.ins);
    }

    /** x (N, groups · channels, H, W) as (N, groups, blocks of channels, H, W, LANES). */
    private Image blocked(Tensor x, Problem p, int channels) {
        if (isAligned(p, channels)) {
            return new Image(Engine.blocked(x), false);
        }
        Shape perGroup =
                Shape.of(p.n * p.groups, channels, x.shape().dim(2), x.shape().dim(3));
        return new Image(engine.layout().toBlocked(Engine.of(x), perGroup), true);
    }

    private static int paddedHeight(Problem p) {
        return (p.oh - 1) * p.at.sy + p.kh;
    }

    private static int paddedWidth(Problem p) {
        return (p.ow - 1) * p.at.sx + p.kw;
    }

    /** The lines of an image; the weight gradient reads those that the forward pass made. */
    private record Lines(Problem of) {}

    private DeviceBuffer lines(Tensor x, Problem p) {
        int planes = p.n * p.groups * p.ins;
        int height = paddedHeight(p);
        int width = paddedWidth(p);
        long size = Layout.indexed("in padded lines", x.shape(), (long) planes * height * width);
        return ((OpenClStorage) x.storage()).form(new Lines(p), () -> {
            DeviceBuffer from = Engine.of(x);
            return engine.filled(size, to -> engine.kernel(FILE, "lines")
                    .wide(
                            height, planes, 1, from, to, planes, p.ins, p.h, p.w, height, width, p.at.py, p.at.px,
                            p.at.dy, p.at.dx));
        });
    }

    /** A packed form of a weight tensor. */
    private record Packing(Shape weights, int groups, boolean adjoint, boolean lines) {}

    private DeviceBuffer packed(Tensor w, Problem p, boolean adjoint) {
        boolean lines = isLines(p);
        return ((OpenClStorage) w.storage()).form(new Packing(w.shape(), p.groups, adjoint, lines), () -> {
            DeviceBuffer from = Engine.of(w);
            return engine.filled(engine.lanes() + p.weights(block()), to -> engine.kernel(FILE, "pack_weights")
                    .wide(
                            p.ins,
                            p.blocks(block()),
                            1,
                            from,
                            to,
                            p.groups,
                            p.outs,
                            p.ins,
                            p.kh,
                            p.kw,
                            (adjoint ? 1 : p.ins) * p.area(),
                            (adjoint ? p.outs : 1) * p.area(),
                            adjoint ? 1 : 0,
                            lines ? 1 : 0));
        });
    }

    /** The kernels' struct: the image in lines or blocked, the output blocked or row-major. */
    private int[] struct(Problem p, boolean blockedOutput) {
        int lanes = engine.lanes();
        int area = p.oh * p.ow;
        int group = blockedOutput ? Tile.ceil(p.outs, lanes) * lanes * area : p.outs * area;
        int yPixel = blockedOutput ? lanes : 1;
        if (isLines(p)) {
            int width = paddedWidth(p);
            int line = p.ins * width;
            int image = line * paddedHeight(p);
            return new int[] {
                p.n,
                p.groups,
                paddedHeight(p),
                width,
                p.oh,
                p.ow,
                1,
                1,
                p.at.sy,
                p.at.sx,
                0,
                0,
                1,
                1,
                p.kh * p.ins,
                p.kw,
                p.kw,
                width,
                1,
                line,
                image,
                p.groups * image,
                p.outs,
                yPixel,
                group,
                p.groups * group
            };
        }
        int rows = Tile.ceil(p.ins, lanes);
        int row = p.h * p.w * lanes;
        int last = p.ins - (rows - 1) * lanes;
        boolean flat = p.area() == 1 && p.at.isPlain();
        return new int[] {
            p.n,
            p.groups,
            flat ? 1 : p.h,
            flat ? p.h * p.w : p.w,
            flat ? 1 : p.oh,
            flat ? area : p.ow,
            p.kh,
            p.kw,
            p.at.sy,
            p.at.sx,
            p.at.py,
            p.at.px,
            p.at.dy,
            p.at.dx,
            rows,
            lanes,
            last,
            row,
            lanes,
            p.w * lanes,
            rows * row,
            p.groups * rows * row,
            p.outs,
            yPixel,
            group,
            p.groups * group
        };
    }
}
