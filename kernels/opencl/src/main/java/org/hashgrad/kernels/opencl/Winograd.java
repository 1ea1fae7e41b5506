package org.hashgrad.kernels.opencl;

import java.util.List;
import java.util.Optional;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.ConvolutionActivation;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.WinogradMode;

/**
 * Launches {@code winograd.cl} for the convolutions that it is fit for and their gradients to the input, by a rule on the shapes alone; everything
 * else goes to another implementation.
 */
final class Winograd implements Convolution {
    private static final String FILE = "winograd.cl";
    /** Tiles of a register tile. */
    private static final int ROWS = 14;
    /** Tiles that a work-item transforms at a time; a panel of weights is read once per so many. */
    private static final int BLOCK = 2 * ROWS;
    /** Input and output channels from which on the transforms are paid back. */
    private static final int LEAST_CHANNELS = 16;
    /** Tiles of the whole batch from which on the transformed weights are paid back, for 3 × 3 and for 5 × 5 kernels. */
    private static final int LEAST_TILES = 64;

    private static final int LEAST_TILES_OF_FIVE = 128;
    /** How many times fewer multiplications pay for the transforms. */
    private static final double LEAST_SAVING = 1.4;

    /** Whether the algorithm on tiles of {@code tile} × {@code tile} outputs pays for x by w at stride 1. */
    interface Rule {
        boolean pays(Shape x, Shape w, ConvGeometry g, int tile);
    }

    private final Engine engine;
    private final WinogradMode mode;
    private final Convolution otherwise;
    private final Rule rule;

    Winograd(Engine engine, WinogradMode mode, Convolution otherwise) {
        this(engine, mode, otherwise, Winograd::pays);
    }

    Winograd(Engine engine, WinogradMode mode, Convolution otherwise, Rule rule) {
        this.engine = engine;
        this.mode = mode;
        this.otherwise = otherwise;
        this.rule = rule;
    }

    private static boolean pays(Shape x, Shape w, ConvGeometry g, int tile) {
        int taps = w.dim(2);
        int edge = tile + taps - 1;
        Shape y = g.output(x, w);
        double direct = (double) x.dim(0)
                * insideTaps(x.dim(2), taps, g.padY(), y.dim(2))
                * insideTaps(x.dim(3), taps, g.padX(), y.dim(3));
        int tiles = Math.min(tiles(x, tile), tiles(y, tile));
        double most = (double) edge * edge * Math.max(tiles(x, tile), tiles(y, tile));
        return Math.min(w.dim(0), w.dim(1)) >= LEAST_CHANNELS
                && tiles >= (taps == 3 ? LEAST_TILES : LEAST_TILES_OF_FIVE)
                && direct >= LEAST_SAVING * most;
    }

    /** How many taps of a line of outputs fall on the line of inputs; the direct kernel leaves out the others. */
    private static int insideTaps(int inputs, int taps, int padding, int outputs) {
        int inside = 0;
        for (int tap = 0; tap < taps; tap++) {
            inside += Math.max(0, Math.min(outputs, inputs + padding - tap) - Math.max(0, padding - tap));
        }
        return inside;
    }

    private static int tiles(Shape y, int tile) {
        return y.dim(0) * Tile.ceil(y.dim(2), tile) * Tile.ceil(y.dim(3), tile);
    }

    @Override
    public WinogradMode winograd() {
        return mode;
    }

    @Override
    public WinogradMode winograd(Shape x, Shape w, ConvGeometry g) {
        int taps = w.dim(2);
        boolean shaped = w.dim(3) == taps
                && mode.tile(taps) > 0
                && g.strideY() == 1
                && g.strideX() == 1
                && g.groups() == 1
                && g.padY() < taps
                && g.padX() < taps;
        return shaped && rule.pays(x, w, g, mode.tile(taps)) ? mode : WinogradMode.OFF;
    }

    private boolean takes(Shape x, Shape w, ConvGeometry g) {
        return winograd(x, w, g) != WinogradMode.OFF;
    }

    @Override
    public Storage forward(Tensor x, Tensor w, ConvGeometry g, Shape y) {
        return takes(x.shape(), w.shape(), g)
                ? convolve(x, w, y, g.padY(), g.padX(), false, Finish.NONE)
                : otherwise.forward(x, w, g, y);
    }

    @Override
    public Optional<List<Storage>> activated(ConvolutionActivation p, List<Tensor> in, Shape y) {
        Tensor x = in.get(0);
        Tensor w = in.get(1);
        ConvGeometry g = p.geometry();
        return takes(x.shape(), w.shape(), g)
                ? Finish.of(p, in).map(finish -> List.of(convolve(x, w, y, g.padY(), g.padX(), false, finish)))
                : otherwise.activated(p, in, y);
    }

    @Override
    public Storage inputGradient(Tensor gy, Tensor w, ConvGeometry g, Shape x) {
        return takes(x, w.shape(), g)
                ? convolve(
                        gy, w, x, w.shape().dim(2) - 1 - g.padY(), w.shape().dim(3) - 1 - g.padX(), true, Finish.NONE)
                : otherwise.inputGradient(gy, w, g, x);
    }

    @Override
    public Storage weightGradient(Tensor x, Tensor gy, ConvGeometry g, Shape w) {
        return otherwise.weightGradient(x, gy, g, w);
    }

    private Storage convolve(Tensor x, Tensor w, Shape y, int padY, int padX, boolean adjoint, Finish finish) {
        int lanes = engine.lanes();
        int ins = x.shape().dim(1);
        int outs = y.dim(1);
        int tile = mode.tile(w.shape().dim(2));
        int items = Math.min(engine.device().computeUnits(), Tile.ceil(tiles(y, tile), ROWS));
        int vectors = points() * Tile.ceil(ins, lanes) + 2 * mode.edge() * (1 + tile * panels(outs));
        return engine.makeBlocked(y, to -> {
            DeviceBuffer weights = transformed(w, adjoint);
            try (Engine.Scratch scratch = engine.scratch((long) items * BLOCK * lanes * vectors)) {
                kernel("winograd", w.shape())
                        .wide(
                                items,
                                1,
                                1,
                                Engine.blocked(x),
                                weights,
                                to,
                                scratch.buffer(),
                                finish.biasOr(weights),
                                y.dim(0),
                                ins,
                                outs,
                                x.shape().dim(2),
                                x.shape().dim(3),
                                y.dim(2),
                                y.dim(3),
                                padY,
                                padX,
                                BLOCK,
                                items,
                                finish.code());
            }
        });
    }

    /** A transformed form of a weight tensor. */
    private record Points(Shape weights, int edge, boolean adjoint) {}

    private DeviceBuffer transformed(Tensor w, boolean adjoint) {
        int outs = w.shape().dim(adjoint ? 1 : 0);
        int ins = w.shape().dim(adjoint ? 0 : 1);
        return ((OpenClStorage) w.storage()).form(new Points(w.shape(), mode.edge(), adjoint), () -> {
            DeviceBuffer from = Engine.of(w);
            return engine.filled((long) points() * panels(outs) * ins * 2 * engine.lanes(), to -> kernel(
                            "transform_weights", w.shape())
                    .wide(ins, panels(outs), 1, from, to, ins, outs, adjoint ? 1 : 0));
        });
    }

    private Kernel kernel(String name, Shape w) {
        int taps = w.dim(2);
        return engine.kernel(FILE, name, "-D OUT=" + mode.tile(taps) + " -D TAPS=" + taps);
    }

    private int points() {
        return mode.edge() * mode.edge();
    }

    private int panels(int outs) {
        return Tile.ceil(outs, 2 * engine.lanes());
    }
}
