package org.hashgrad.kernels.opencl;

import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code convolution.cl}: spread and pack into scratch, then the direct kernels. */
final class CpuConvolution implements Convolution {
    private static final String FILE = "convolution.cl";
    private static final int TILE = 14;
    /** Elements of packed gradient that one weight-gradient work-item streams; they should stay in a core's cache. */
    private static final long STREAM = 1 << 16;

    private final Engine engine;

    CpuConvolution(Engine engine) {
        this.engine = engine;
    }

    /** Extents of a group's problem: N images, ins → outs channels, PH × PW spread image, OH × OW output, KH × KW kernel. */
    private record Problem(int n, int groups, int ins, int outs, int ph, int pw, int oh, int ow, int kh, int kw) {
        long image() {
            return (long) n * groups * ins * ph * pw;
        }

        int taps() {
            return ins * kh * kw;
        }

        int blocks(int block) {
            return (outs + block - 1) / block;
        }
    }

    private int block() {
        return 2 * engine.lanes();
    }

    private static Problem forward(Shape x, Shape w, Shape y, ConvGeometry g) {
        int kh = w.dim(2);
        int kw = w.dim(3);
        int ph = (y.dim(2) - 1) * g.strideY() + kh;
        int pw = (y.dim(3) - 1) * g.strideX() + kw;
        return new Problem(x.dim(0), g.groups(), w.dim(1), w.dim(0) / g.groups(), ph, pw, y.dim(2), y.dim(3), kh, kw);
    }

    @Override
    public Storage forward(Tensor x, Tensor w, ConvGeometry g, Shape out) {
        Problem p = forward(x.shape(), w.shape(), out, g);
        int area = p.kh * p.kw;
        return engine.make(out, y -> {
            try (Engine.Scratch image = spread(x, p, g.padY(), g.padX(), 1, 1);
                    Engine.Scratch weights = packWeights(w, p, p.ins * area, area, false)) {
                convolve(p, image.buffer(), weights.buffer(), y, g.strideY(), g.strideX());
            }
        });
    }

    @Override
    public Storage inputGradient(Tensor gy, Tensor w, ConvGeometry g, Shape input) {
        int kh = w.shape().dim(2);
        int kw = w.shape().dim(3);
        int height = input.dim(2);
        int width = input.dim(3);
        Problem p = new Problem(
                input.dim(0),
                g.groups(),
                w.shape().dim(0) / g.groups(),
                w.shape().dim(1),
                height + kh - 1,
                width + kw - 1,
                height,
                width,
                kh,
                kw);
        int area = kh * kw;
        return engine.make(input, gx -> {
            try (Engine.Scratch image = spread(gy, p, kh - 1 - g.padY(), kw - 1 - g.padX(), g.strideY(), g.strideX());
                    Engine.Scratch weights = packWeights(w, p, area, p.outs * area, true)) {
                convolve(p, image.buffer(), weights.buffer(), gx, 1, 1);
            }
        });
    }

    @Override
    public Storage weightGradient(Tensor x, Tensor gy, ConvGeometry g, Shape weights) {
        Problem p = forward(x.shape(), weights, gy.shape(), g);
        int area = p.oh * p.ow;
        int blocks = p.groups * p.blocks(block());
        int images = (int) Math.max(1, Math.min(p.n, STREAM / ((long) area * block())));
        int splits = (p.n + images - 1) / images;
        return engine.make(weights, dw -> {
            try (Engine.Scratch image = spread(x, p, g.padY(), g.padX(), 1, 1);
                    Engine.Scratch packed = engine.scratch((long) blocks * p.n * area * block());
                    Engine.Scratch partial = engine.scratch((long) splits * blocks * p.taps() * block())) {
                int tiles = (area + engine.lanes() - 1) / engine.lanes();
                engine.kernel(FILE, "pack_gradient")
                        .wide(tiles, p.n, blocks, Engine.of(gy), packed.buffer(), p.n, p.groups, p.outs, area);
                engine.kernel(FILE, "weight_gradient")
                        .wide(
                                (p.taps() + TILE - 1) / TILE,
                                blocks,
                                splits,
                                image.buffer(),
                                packed.buffer(),
                                partial.buffer(),
                                p.n,
                                p.groups,
                                p.ins,
                                p.outs,
                                p.ph,
                                p.pw,
                                p.oh,
                                p.ow,
                                p.kh,
                                p.kw,
                                g.strideY(),
                                g.strideX(),
                                images);
                engine.kernel(FILE, "fold_weights")
                        .rows(
                                p.taps(),
                                (long) p.groups * p.outs,
                                partial.buffer(),
                                dw,
                                p.groups,
                                p.outs,
                                p.taps(),
                                splits);
            }
        });
    }

    private Engine.Scratch spread(Tensor x, Problem p, int top, int left, int dy, int dx) {
        int planes = p.n * p.groups * p.ins;
        return engine.scratch(p.image(), image -> engine.kernel(FILE, "spread")
                .wide(
                        p.ph,
                        planes,
                        1,
                        Engine.of(x),
                        image,
                        planes,
                        x.shape().dim(2),
                        x.shape().dim(3),
                        p.ph,
                        p.pw,
                        top,
                        left,
                        dy,
                        dx));
    }

    private Engine.Scratch packWeights(Tensor w, Problem p, int outStep, int inStep, boolean flip) {
        int blocks = p.groups * p.blocks(block());
        return engine.scratch((long) blocks * p.taps() * block(), packed -> engine.kernel(FILE, "pack_weights")
                .wide(
                        p.taps(),
                        blocks,
                        1,
                        Engine.of(w),
                        packed,
                        p.groups,
                        p.outs,
                        p.ins,
                        p.kh,
                        p.kw,
                        outStep,
                        inStep,
                        flip ? 1 : 0));
    }

    private void convolve(Problem p, DeviceBuffer image, DeviceBuffer weights, DeviceBuffer y, int sy, int sx) {
        long pixels = (long) p.n * p.oh * p.ow;
        engine.kernel(FILE, "convolve")
                .wide(
                        (pixels + TILE - 1) / TILE,
                        (long) p.groups * p.blocks(block()),
                        1,
                        image,
                        weights,
                        y,
                        p.n,
                        p.groups,
                        p.ins,
                        p.outs,
                        p.ph,
                        p.pw,
                        p.oh,
                        p.ow,
                        p.kh,
                        p.kw,
                        sy,
                        sx);
    }
}
