package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;

/** Launches {@code optimizer.cl}. */
final class Optimizer {
    private static final String FILE = "optimizer.cl";
    private final Engine engine;

    Optimizer(Engine engine) {
        this.engine = engine;
    }

    List<Storage> update(OptimizerUpdate update, List<Tensor> in, List<Shape> out) {
        if (update instanceof OptimizerUpdate.Sgd sgd) {
            return run("sgd", in, out, sgd.rate(), sgd.momentum(), sgd.weightDecay(), sgd.nesterov() ? 1 : 0);
        }
        if (update instanceof OptimizerUpdate.RmsProp rms) {
            return run("rms_prop", in, out, rms.rate(), rms.decay(), 1 - rms.decay(), rms.epsilon(), rms.weightDecay());
        }
        if (!(update instanceof OptimizerUpdate.Adam adam)) {
            throw new IllegalArgumentException("optimizerUpdate: opencl has no kernel for " + update);
        }
        return run(
                "adam",
                in,
                out,
                adam.rate(),
                adam.beta1(),
                1 - adam.beta1(),
                adam.beta2(),
                1 - adam.beta2(),
                1 / (1 - Math.pow(adam.beta1(), adam.t())),
                1 / (1 - Math.pow(adam.beta2(), adam.t())),
                adam.epsilon(),
                adam.weightDecay());
    }

    private List<Storage> run(String kernel, List<Tensor> in, List<Shape> out, Object... settings) {
        int n = out.get(0).size();
        return engine.makeAll(out, fresh -> {
            List<Object> arguments = new ArrayList<>();
            in.forEach(x -> arguments.add(Engine.of(x)));
            arguments.addAll(fresh);
            arguments.add(n);
            arguments.addAll(List.of(settings));
            engine.kernel(FILE, kernel).elements(n, arguments.toArray());
        });
    }
}
