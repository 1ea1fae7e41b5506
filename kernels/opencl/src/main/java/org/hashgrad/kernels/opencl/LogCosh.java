package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/**
 * Launches {@code log_cosh.cl}. The slopes of z stay with the row sums y as one of its forms; the gradient takes them from there and multiplies
 * them where they lie, or leaves them as they are where gy is known to be 1.
 */
final class LogCosh {
    private static final String FILE = "log_cosh.cl";
    /** Elements that are worth a work-item of a CPU. */
    private static final int ITEM = 2048;
    /** Bytes of slopes that a CPU's caches may keep until the gradient is read. */
    private static final long CACHED = 16 << 20;

    private final Engine engine;

    /** The slopes of z, whose values never change. */
    private record Slope(Storage z) {}

    LogCosh(Engine engine) {
        this.engine = engine;
    }

    List<Storage> rows(Tensor z, List<Shape> out) {
        DeviceBuffer slope = engine.take(z.shape().size());
        try {
            List<Storage> made = engine.makeAll(out, y -> rows(z, y.get(0), slope));
            ((OpenClStorage) made.get(0)).form(new Slope(z.storage()), () -> slope);
            return made;
        } catch (RuntimeException e) {
            engine.give(slope);
            throw e;
        }
    }

    /** The slopes of z, computed for their own sake. */
    private DeviceBuffer slope(Tensor z) {
        try (Engine.Scratch y = engine.scratch(z.shape().dim(0))) {
            return engine.filled(z.shape().size(), slope -> rows(z, y.buffer(), slope));
        }
    }

    private void rows(Tensor z, DeviceBuffer y, DeviceBuffer slope) {
        int n = z.shape().dim(0);
        int k = z.shape().dim(1);
        int rows = rows(k);
        boolean past = engine.family() == Family.CPU && k % engine.lanes() == 0 && slope.bytes() > CACHED;
        engine.kernel(FILE, "log_cosh_rows")
                .wide(Tile.ceil(n, rows), 1, 1, Engine.of(z), y, slope, n, k, rows, past ? 1 : 0);
    }

    List<Storage> gradient(Tensor z, Tensor y, Tensor gy, List<Shape> out) {
        int n = z.shape().dim(0);
        int k = z.shape().dim(1);
        DeviceBuffer slope = ((OpenClStorage) y.storage()).takeForm(new Slope(z.storage()), () -> slope(z));
        try {
            if (!Engine.isOnes(gy)) {
                int rows = rows(k);
                int width = engine.family() == Family.GPU ? Tile.ceil(k, engine.lanes()) : 1;
                engine.kernel(FILE, "log_cosh_scale")
                        .wide(width, Tile.ceil(n, rows), 1, slope, Engine.of(gy), n, k, rows);
            }
            return List.of(engine.storage(out.get(0), slope));
        } catch (RuntimeException e) {
            engine.give(slope);
            throw e;
        }
    }

    /** Rows of k elements for one work-item. */
    private int rows(int k) {
        return engine.family() == Family.GPU ? 1 : Math.max(1, ITEM / k);
    }
}
