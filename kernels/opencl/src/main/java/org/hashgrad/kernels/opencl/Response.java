package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code response.cl}. */
final class Response {
    private static final String FILE = "response.cl";
    private final Engine engine;

    Response(Engine engine) {
        this.engine = engine;
    }

    List<Storage> forward(LocalResponseNormalization lrn, Tensor x, List<Shape> out) {
        int channels = x.shape().dim(1);
        int area = x.shape().product(2, x.shape().rank());
        int rows = x.shape().dim(0) * channels;
        return engine.makeAll(out, y -> engine.kernel(FILE, "response")
                .wide(
                        (area + engine.lanes() - 1) / engine.lanes(),
                        rows,
                        1,
                        Engine.of(x),
                        y.get(0),
                        rows,
                        channels,
                        area,
                        lrn.radius(),
                        lrn.alpha(),
                        lrn.beta(),
                        lrn.k()));
    }

    List<Storage> gradient(LocalResponseNormalization lrn, Tensor x, Tensor y, Tensor gy, List<Shape> out) {
        int channels = x.shape().dim(1);
        int area = x.shape().product(2, x.shape().rank());
        int rows = x.shape().dim(0) * channels;
        return engine.makeAll(out, gx -> {
            try (Engine.Scratch base = engine.scratch(x.shape().size())) {
                engine.kernel(FILE, "response_base")
                        .wide(
                                (area + engine.lanes() - 1) / engine.lanes(),
                                rows,
                                1,
                                Engine.of(x),
                                base.buffer(),
                                rows,
                                channels,
                                area,
                                lrn.radius(),
                                lrn.alpha(),
                                lrn.k());
                engine.kernel(FILE, "response_gradient")
                        .wide(
                                (area + engine.lanes() - 1) / engine.lanes(),
                                rows,
                                1,
                                Engine.of(x),
                                base.buffer(),
                                Engine.of(y),
                                Engine.of(gy),
                                gx.get(0),
                                rows,
                                channels,
                                area,
                                lrn.radius(),
                                lrn.alpha(),
                                lrn.beta());
            }
        });
    }
}
