package org.hashgrad.bench.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The demo's network and AlexNet on DJL's arrays, trained by SGD with momentum and weight decay in place. */
final class DjlNetwork {
    private static final int BITS = 48;
    private static final Shape THREE = new Shape(3, 3);
    private static final Shape TWO = new Shape(2, 2);
    private static final Shape NONE = new Shape(0, 0);

    private final NDManager manager = NDManager.newBaseManager();
    private final List<NDArray> slots = new ArrayList<>();
    private final List<NDArray> momenta = new ArrayList<>();
    private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    private final NDArray images;
    private final NDArray similar;
    private final NDArray weights;

    /** The trained arrays as this step's leaves. */
    private List<NDArray> leaves = List.of();

    DjlNetwork(String network, int batch, int side) {
        if (network.equals("alexnet")) {
            alexNet();
        } else {
            smallCnn(network.equals("demo") ? 1 : 3, side);
        }
        images = normal(1, batch, network.equals("demo") ? 1 : 3, side, side);
        float[] s = new float[batch * batch];
        float[] w = new float[batch * batch];
        for (int at = 0; at < s.length; at++) {
            s[at] = at / batch * 7 % 10 == at % batch * 7 % 10 ? 1 : 0;
            w[at] = at / batch == at % batch ? 0 : 1f / s.length;
        }
        similar = manager.create(s, new Shape(batch, batch));
        weights = manager.create(w, new Shape(batch, batch));
    }

    private NDArray normal(float deviation, long... extents) {
        return manager.randomNormal(0, deviation, new Shape(extents), DataType.FLOAT32);
    }

    /** Adds a trained array; its index. */
    private int slot(NDArray initial) {
        slots.add(initial);
        momenta.add(initial.zerosLike());
        return slots.size() - 1;
    }

    private void convolution(int inputs, int outputs, int kernel, int stride, int padding, boolean bias) {
        int w = slot(normal((float) Math.sqrt(2.0 / (inputs * kernel * kernel)), outputs, inputs, kernel, kernel));
        int b = bias ? slot(manager.zeros(new Shape(outputs))) : -1;
        layers.add(x -> x.getNDArrayInternal()
                .convolution(
                        x,
                        leaves.get(w),
                        bias ? leaves.get(b) : null,
                        new Shape(stride, stride),
                        new Shape(padding, padding),
                        new Shape(1, 1),
                        1)
                .singletonOrThrow());
    }

    private void dense(int inputs, int outputs, boolean bias) {
        int w = slot(normal((float) Math.sqrt(2.0 / inputs), outputs, inputs));
        int b = bias ? slot(manager.zeros(new Shape(outputs))) : -1;
        layers.add(x -> x.getNDArrayInternal()
                .linear(x, leaves.get(w), bias ? leaves.get(b) : null)
                .singletonOrThrow());
    }

    private void batchNorm(int channels) {
        int gamma = slot(manager.ones(new Shape(channels)));
        int beta = slot(manager.zeros(new Shape(channels)));
        NDArray mean = manager.zeros(new Shape(channels));
        NDArray variance = manager.ones(new Shape(channels));
        layers.add(
                x -> BatchNorm.batchNorm(x, mean, variance, leaves.get(gamma), leaves.get(beta), 1, 0.9f, 1e-5f, true)
                        .singletonOrThrow());
        layers.add(Activation::relu);
    }

    private void maxPool(boolean ceil) {
        layers.add(x -> Pool.maxPool2d(x, THREE, TWO, NONE, ceil));
    }

    private void averagePool() {
        layers.add(x -> Pool.avgPool2d(x, THREE, TWO, NONE, true, true));
    }

    private void smallCnn(int channels, int side) {
        convolution(channels, 32, 5, 1, 2, false);
        batchNorm(32);
        maxPool(true);
        convolution(32, 32, 5, 1, 2, false);
        batchNorm(32);
        averagePool();
        convolution(32, 64, 5, 1, 2, false);
        batchNorm(64);
        averagePool();
        layers.add(x -> x.reshape(x.getShape().get(0), -1));
        int eighth = halved(halved(halved(side)));
        dense(64 * eighth * eighth, 256, false);
        batchNorm(256);
        dense(256, BITS, true);
        layers.add(Activation::tanh);
    }

    private static int halved(int side) {
        return (side - 3 + 1) / 2 + 1;
    }

    private void alexNet() {
        int[][] convolutions = {
            {3, 64, 11, 4, 2}, {64, 192, 5, 1, 2}, {192, 384, 3, 1, 1}, {384, 256, 3, 1, 1}, {256, 256, 3, 1, 1}
        };
        for (int i = 0; i < convolutions.length; i++) {
            int[] c = convolutions[i];
            convolution(c[0], c[1], c[2], c[3], c[4], true);
            layers.add(Activation::relu);
            if (i < 2 || i == 4) {
                maxPool(false);
            }
        }
        layers.add(x -> x.reshape(x.getShape().get(0), -1));
        for (int inputs : new int[] {256 * 6 * 6, 4096}) {
            layers.add(x -> Dropout.dropout(x, 0.5f, true).singletonOrThrow());
            dense(inputs, 4096, true);
            layers.add(Activation::relu);
        }
        dense(4096, BITS, true);
        layers.add(Activation::tanh);
    }

    /** One step; the loss. */
    NDArray step(NDManager made) {
        List<NDArray> fresh = new ArrayList<>();
        for (NDArray slot : slots) {
            NDArray leaf = slot.stopGradient();
            leaf.attach(made);
            leaf.setRequiresGradient(true);
            fresh.add(leaf);
        }
        leaves = fresh;
        NDArray x = images.stopGradient();
        x.attach(made);
        NDArray loss;
        try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
            for (UnaryOperator<NDArray> layer : layers) {
                x = layer.apply(x);
            }
            loss = DjlPeer.dhn(x, similar, weights);
            tape.backward(loss);
        }
        for (int i = 0; i < slots.size(); i++) {
            NDArray w = slots.get(i);
            NDArray g = fresh.get(i).getGradient();
            g.attach(made);
            NDArray decay = w.mul(5e-4f);
            NDArray m = momenta.get(i);
            m.muli(0.9f).addi(g).addi(decay);
            NDArray change = m.mul(1e-3f);
            w.subi(change);
            decay.close();
            change.close();
        }
        loss.getFloat();
        return loss;
    }
}
