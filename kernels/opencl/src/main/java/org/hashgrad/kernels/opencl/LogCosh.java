package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code log_cosh.cl}. */
final class LogCosh {
    private static final String FILE = "log_cosh.cl";
    /** Elements that are worth a work-item of a CPU. */
    private static final int ITEM = 2048;

    private final Engine engine;

    LogCosh(Engine engine) {
        this.engine = engine;
    }

    List<Storage> rows(Tensor z, List<Shape> out) {
        int n = z.shape().dim(0);
        int k = z.shape().dim(1);
        int rows = rows(k);
        return engine.makeAll(out, y -> engine.kernel(FILE, "log_cosh_rows")
                .wide((n + rows - 1) / rows, 1, 1, Engine.of(z), y.get(0), n, k, rows));
    }

    List<Storage> gradient(Tensor z, Tensor gy, List<Shape> out) {
        int n = z.shape().dim(0);
        int k = z.shape().dim(1);
        int rows = rows(k);
        int width = engine.family() == Family.GPU ? (k + engine.lanes() - 1) / engine.lanes() : 1;
        return engine.makeAll(out, gz -> engine.kernel(FILE, "log_cosh_gradient")
                .wide(width, (n + rows - 1) / rows, 1, Engine.of(z), Engine.of(gy), gz.get(0), n, k, rows));
    }

    /** Rows of k elements for one work-item. */
    private int rows(int k) {
        return engine.family() == Family.GPU ? 1 : Math.max(1, ITEM / k);
    }
}
