package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code gpu_convolution.cl}; the cut sum of the weight gradient goes through scratch and {@link Reduction}. */
final class GpuConvolution implements Convolution {
    static final List<Tile> TILES = List.of(
            new Tile(128, 128, 8, 8, 16),
            new Tile(64, 128, 8, 8, 16),
            new Tile(32, 128, 4, 8, 16),
            new Tile(64, 64, 4, 8, 16),
            new Tile(32, 32, 4, 4, 16));

    private static final String FILE = "gpu_convolution.cl";
    private final Engine engine;
    private final Reduction reduction;
    private final List<Tile> tiles;

    GpuConvolution(Engine engine, Reduction reduction) {
        this(engine, reduction, engine.fitting(TILES));
    }

    /** @param tiles to choose from, the largest first */
    GpuConvolution(Engine engine, Reduction reduction, List<Tile> tiles) {
        this.engine = engine;
        this.reduction = reduction;
        this.tiles = tiles;
    }

    @Override
    public Storage forward(Tensor x, Tensor w, ConvGeometry g, Shape out) {
        int[] problem = problem(x.shape(), w.shape(), out, g);
        return engine.make(out, y -> convolve(Engine.of(x), Engine.of(w), y, problem));
    }

    /** The struct of a forward pass over x, weights (outs, ins, KH, KW) and y. */
    private static int[] problem(Shape x, Shape w, Shape y, ConvGeometry g) {
        int area = w.dim(2) * w.dim(3);
        return new int[] {
            x.dim(0),
            g.groups(),
            w.dim(1),
            w.dim(0) / g.groups(),
            x.dim(2),
            x.dim(3),
            y.dim(2),
            y.dim(3),
            w.dim(2),
            w.dim(3),
            g.strideY(),
            g.strideX(),
            g.padY(),
            g.padX(),
            1,
            1,
            w.dim(1) * area,
            area,
            0
        };
    }

    @Override
    public Storage inputGradient(Tensor gy, Tensor w, ConvGeometry g, Shape input) {
        int kh = w.shape().dim(2);
        int kw = w.shape().dim(3);
        int[] problem = {
            input.dim(0),
            g.groups(),
            w.shape().dim(0) / g.groups(),
            w.shape().dim(1),
            gy.shape().dim(2),
            gy.shape().dim(3),
            input.dim(2),
            input.dim(3),
            kh,
            kw,
            1,
            1,
            kh - 1 - g.padY(),
            kw - 1 - g.padX(),
            g.strideY(),
            g.strideX(),
            kh * kw,
            w.shape().dim(1) * kh * kw,
            1
        };
        return engine.make(input, gx -> convolve(Engine.of(gy), Engine.of(w), gx, problem));
    }

    private void convolve(DeviceBuffer x, DeviceBuffer w, DeviceBuffer y, int[] problem) {
        int groups = problem[1];
        int rows = problem[3];
        int pixels = problem[0] * problem[6] * problem[7];
        int taps = problem[2] * problem[8] * problem[9];
        Tile tile = Tile.plan(tiles, groups, rows, pixels, taps, false).tile();
        engine.kernel(FILE, "convolve", tile.defines(engine.precision()))
                .groups(
                        Tile.ceil(pixels, tile.columns()),
                        Tile.ceil(rows, tile.rows()),
                        groups,
                        tile.items(),
                        x,
                        w,
                        y,
                        problem);
    }

    @Override
    public Storage weightGradient(Tensor x, Tensor gy, ConvGeometry g, Shape weights) {
        int outs = weights.dim(0) / g.groups();
        int taps = weights.size() / weights.dim(0);
        int pixels = gy.shape().dim(0) * gy.shape().dim(2) * gy.shape().dim(3);
        Tile.Plan plan = Tile.plan(tiles, g.groups(), outs, taps, pixels, true);
        int[] problem = problem(x.shape(), weights, gy.shape(), g);
        return engine.make(weights, dw -> {
            if (plan.splits() == 1) {
                weightGradient(plan, outs, taps, Engine.of(x), Engine.of(gy), dw, problem);
                return;
            }
            try (Engine.Scratch parts = engine.scratch((long) plan.splits() * weights.size())) {
                weightGradient(plan, outs, taps, Engine.of(x), Engine.of(gy), parts.buffer(), problem);
                reduction.addParts(parts.buffer(), plan.splits(), weights.size(), dw);
            }
        });
    }

    private void weightGradient(
            Tile.Plan plan, int outs, int taps, DeviceBuffer x, DeviceBuffer gy, DeviceBuffer dw, int[] problem) {
        Tile tile = plan.tile();
        engine.kernel(FILE, "weight_gradient", tile.defines(engine.precision()))
                .groups(
                        Tile.ceil(taps, tile.columns()),
                        Tile.ceil(outs, tile.rows()),
                        (long) plan.splits() * problem[1],
                        tile.items(),
                        x,
                        gy,
                        dw,
                        problem,
                        plan.length());
    }
}
