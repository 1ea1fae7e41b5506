package org.hashgrad.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/**
 * Convolutions one behind the other, without bias, with a 3/2 max pooling wherever the next one's extent asks for it; forward, and both
 * gradients of every layer. Input, weights and cotangent are fresh row-major tensors in each call and the results are read row-major, so
 * whatever a backend packs or converts is paid for every time.
 *
 * @param inputGradient whether the gradient goes on to x; an image needs none
 */
record ConvChain(List<ConvLayer> layers, boolean inputGradient) {
    private static final PoolGeometry POOL = PoolGeometry.of(3, 2, false);
    private static final int REPEATED = 4;

    /**
     * {@code alexnet} (conv1 … conv5), {@code alexnet-3x3} (conv3 … conv5), or four equal layers {@code 3x3x64@32}: kernel, channels, side.
     *
     * @throws IllegalArgumentException naming the chains there are
     */
    static ConvChain named(String name, int batch) {
        List<ConvLayer> tail = List.of(
                new ConvLayer(batch, 192, 384, 3, 13, 1, 1),
                new ConvLayer(batch, 384, 256, 3, 13, 1, 1),
                new ConvLayer(batch, 256, 256, 3, 13, 1, 1));
        if (name.equals("alexnet-3x3")) {
            return new ConvChain(tail, true);
        }
        if (name.equals("alexnet")) {
            List<ConvLayer> all = new ArrayList<>();
            all.add(new ConvLayer(batch, 3, 64, 11, 224, 4, 2));
            all.add(new ConvLayer(batch, 64, 192, 5, 27, 1, 2));
            all.addAll(tail);
            return new ConvChain(all, false);
        }
        if (!name.matches("(\\d+)x\\1x\\d+@\\d+")) {
            throw new IllegalArgumentException("conv chain: there is no '" + name
                    + "'; there are alexnet, alexnet-3x3 and, for example, 3x3x64@32");
        }
        int[] e = Extents.parse(name.replace('@', 'x'));
        ConvLayer layer = new ConvLayer(batch, e[2], e[2], e[0], e[3], 1, (e[0] - 1) / 2);
        return new ConvChain(Collections.nCopies(REPEATED, layer), true);
    }

    Shape input() {
        return layers.get(0).input();
    }

    Shape output() {
        return layers.get(layers.size() - 1).output();
    }

    private boolean pooledAfter(int i) {
        return i + 1 < layers.size()
                && layers.get(i + 1).side() != layers.get(i).output().dim(2);
    }

    /** Floating-point operations, a multiply-add counted as two, poolings left out. */
    double flops(boolean gradients) {
        double sum = 0;
        for (int i = 0; i < layers.size(); i++) {
            sum += layers.get(i).flops() * (!gradients ? 1 : i == 0 && !inputGradient ? 2 : 3);
        }
        return sum;
    }

    /** y, and with {@code gradients} the gradients by the last layer's weights … the first's, and by x; each flat. */
    List<Tensor> run(Backend be, Tensor x, List<Tensor> weights, Tensor gy, boolean gradients) {
        List<Tensor> w = weights.stream().map(ConvChain::fresh).toList();
        List<Tensor> inputs = new ArrayList<>(List.of(fresh(x)));
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Tensor y = be.conv2d(inputs.get(i), w.get(i), layers.get(i).geometry());
            outputs.add(y);
            inputs.add(pooledAfter(i) ? be.maxPool(y, POOL) : y);
        }
        List<Tensor> results = new ArrayList<>(List.of(read(be, outputs.get(layers.size() - 1))));
        Tensor g = fresh(gy);
        for (int i = layers.size() - 1; gradients && i >= 0; i--) {
            ConvLayer l = layers.get(i);
            if (pooledAfter(i)) {
                g = be.maxPoolGradient(outputs.get(i), g, POOL);
            }
            results.add(read(be, be.conv2dWeightGradient(inputs.get(i), g, l.weights(), l.geometry())));
            if (i > 0 || inputGradient) {
                g = be.conv2dInputGradient(g, w.get(i), l.input(), l.geometry());
            }
        }
        if (gradients && inputGradient) {
            results.add(read(be, g));
        }
        return results;
    }

    private static Tensor fresh(Tensor x) {
        return x.backend().affine(x, 1, 0);
    }

    /** x in a line, after a first element has been taken from it, which needs it row-major. */
    private static Tensor read(Backend be, Tensor x) {
        Tensor flat = be.reshape(x, Shape.of(x.shape().size()));
        be.slice(flat, new int[] {0}, new int[] {1});
        return flat;
    }
}
