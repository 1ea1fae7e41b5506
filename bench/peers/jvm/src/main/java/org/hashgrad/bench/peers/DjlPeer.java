package org.hashgrad.bench.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hashgrad.bench.ConvLayer;
import org.hashgrad.bench.Peer;

/** PyTorch through DJL; threads as OMP_NUM_THREADS says. The libraries are on the class path: with {@code ai.djl.offline} nothing is fetched. */
public final class DjlPeer implements Peer {
    private static final float LOG_2 = (float) Math.log(2);

    @Override
    public String name() {
        return "djl";
    }

    @Override
    public List<String> benchmarks() {
        return List.of("Matmul", "Convolution", "ConvChain", "Tanh", "LogCosh", "PairwiseLoss", "TrainingStep");
    }

    /** Runs {@code work} with a manager of its own, which frees what the call made; the results are copied out when asked for. */
    private static Call call(Function<NDManager, List<NDArray>> work) {
        return new Call() {
            @Override
            public Object run() {
                try (NDManager made = NDManager.newBaseManager()) {
                    return work.apply(made).size();
                }
            }

            @Override
            public List<float[]> results() {
                try (NDManager made = NDManager.newBaseManager()) {
                    return work.apply(made).stream().map(NDArray::toFloatArray).toList();
                }
            }
        };
    }

    private static NDArray held(float[] values, long... extents) {
        return NDManager.newBaseManager().create(values, new Shape(extents));
    }

    /** The same memory as a leaf without a gradient that {@code manager} frees. */
    private static NDArray leaf(NDArray x, NDManager manager, boolean trained) {
        NDArray leaf = x.stopGradient();
        leaf.attach(manager);
        if (trained) {
            leaf.setRequiresGradient(true);
        }
        return leaf;
    }

    /** The value of {@code loss}, which is recorded, behind a pass back from it. */
    private static NDArray backward(Supplier<NDArray> loss) {
        try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
            NDArray value = loss.get();
            tape.backward(value);
            return value;
        }
    }

    @Override
    public Call matmul(float[] a, float[] b, int m, int k, int n, boolean transposeA, boolean transposeB) {
        NDArray left = transposeA ? held(a, k, m).transpose() : held(a, m, k);
        NDArray right = transposeB ? held(b, n, k).transpose() : held(b, k, n);
        return call(made -> List.of(leaf(left, made, false).matMul(right)));
    }

    private static NDArray convolve(NDArray x, NDArray w, ConvLayer l) {
        return x.getNDArrayInternal()
                .convolution(
                        x,
                        w,
                        null,
                        new Shape(l.stride(), l.stride()),
                        new Shape(l.padding(), l.padding()),
                        new Shape(1, 1),
                        1)
                .singletonOrThrow();
    }

    private static NDArray image(ConvLayer l, float[] x) {
        return held(x, l.batch(), l.channels(), l.side(), l.side());
    }

    private static NDArray weights(ConvLayer l, float[] w) {
        return held(w, l.outputs(), l.channels(), l.kernel(), l.kernel());
    }

    private static NDArray output(ConvLayer l, float[] y) {
        int side = l.output().dim(2);
        return held(y, l.batch(), l.outputs(), side, side);
    }

    /** DJL has no gradient of one input alone: a gradient is forward and back, less than which cannot be asked for. */
    @Override
    public Call convolution(ConvLayer l, String pass, float[] x, float[] w, float[] gy) {
        if (!pass.equals("forward")) {
            return Peer.super.convolution(l, pass, x, w, gy);
        }
        NDArray image = image(l, x);
        NDArray filters = weights(l, w);
        return call(made -> List.of(convolve(leaf(image, made, false), filters, l)));
    }

    @Override
    public Call chain(
            List<ConvLayer> layers, boolean inputGradient, float[] x, List<float[]> w, float[] gy, boolean gradients) {
        NDArray image = image(layers.get(0), x);
        NDArray cotangent = output(layers.get(layers.size() - 1), gy);
        List<NDArray> filters = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            filters.add(weights(layers.get(i), w.get(i)));
        }
        return call(made -> {
            NDArray in = leaf(image, made, gradients && inputGradient);
            List<NDArray> trained = new ArrayList<>();
            filters.forEach(f -> trained.add(leaf(f, made, gradients)));
            if (!gradients) {
                return List.of(forward(layers, in, trained));
            }
            List<NDArray> results = new ArrayList<>();
            backward(() -> {
                results.add(forward(layers, in, trained));
                return results.get(0).mul(cotangent).sum();
            });
            for (int i = layers.size() - 1; i >= 0; i--) {
                results.add(trained.get(i).getGradient());
            }
            if (inputGradient) {
                results.add(in.getGradient());
            }
            return results;
        });
    }

    private static NDArray forward(List<ConvLayer> layers, NDArray x, List<NDArray> w) {
        NDArray y = x;
        for (int i = 0; i < layers.size(); i++) {
            if (y.getShape().get(2) != layers.get(i).side()) {
                y = Pool.maxPool2d(y, new Shape(3, 3), new Shape(2, 2), new Shape(0, 0), false);
            }
            y = convolve(y, w.get(i), layers.get(i));
        }
        return y;
    }

    @Override
    public Call tanh(float[] x) {
        NDArray given = held(x, x.length);
        return call(made -> List.of(leaf(given, made, false).tanh()));
    }

    @Override
    public Call logCosh(float[] z, int n, int bits) {
        NDArray given = held(z, n, bits);
        return call(made -> {
            NDArray leaf = leaf(given, made, true);
            NDArray loss = backward(() -> logCosh(leaf).sum());
            return List.of(loss, leaf.getGradient());
        });
    }

    /** a + softplus(−2a) − log 2, a = |z| − 1. */
    private static NDArray logCosh(NDArray z) {
        NDArray a = z.abs().sub(1);
        return a.add(softplus(a.mul(-2))).sub(LOG_2);
    }

    private static NDArray softplus(NDArray x) {
        return x.getNDArrayInternal().softPlus();
    }

    @Override
    public Call pairwise(float[] u, float[] s, float[] w, int n, int bits) {
        NDArray codes = held(u, n, bits);
        NDArray similar = held(s, n, n);
        NDArray weights = held(w, n, n);
        return call(made -> {
            NDArray leaf = leaf(codes, made, true);
            NDArray loss = backward(() -> pairwise(leaf, similar, weights));
            return List.of(loss, leaf.getGradient());
        });
    }

    /** Σ w (softplus θ − s θ), θ = u uᵀ. */
    static NDArray pairwise(NDArray u, NDArray s, NDArray w) {
        NDArray theta = u.matMul(u.transpose());
        return softplus(theta).sub(theta.mul(s)).mul(w).sum();
    }

    @Override
    public Call trainingStep(String network, int batch, int side) {
        DjlNetwork net = new DjlNetwork(network, batch, side);
        return call(made -> List.of(net.step(made)));
    }

    /** DHN's loss of relaxed codes: pairs of the batch and a tenth of the mean distance to the signs. */
    static NDArray dhn(NDArray z, NDArray s, NDArray w) {
        return pairwise(z, s, w).add(logCosh(z).mean().mul(0.1f));
    }
}
