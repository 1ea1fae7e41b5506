package org.hashgrad.bench;

import java.util.List;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.model.AlexNet;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.nn.model.SmallCnn;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;

/** A network whose training step is timed, with a hash layer of {@value #BITS} bits. */
record StepNetwork(String name, int side) {
    static final int BITS = 48;

    /**
     * {@code demo}: {@link SmallCnn} on (1, side, side), its own side 28; {@code colour}: the same on (3, side, side), 32; {@code alexnet}:
     * {@link AlexNet#torchvision} on (3, 224, 224).
     *
     * @param side 0: the network's own
     * @throws IllegalArgumentException naming the networks there are, or AlexNet's side
     */
    StepNetwork {
        int own =
                switch (name) {
                    case "demo" -> 28;
                    case "colour" -> 32;
                    case "alexnet" -> 224;
                    default ->
                        throw new IllegalArgumentException(
                                "network: there is no '" + name + "'; there are demo, colour, alexnet");
                };
        if (name.equals("alexnet") && side != 0 && side != own) {
            throw new IllegalArgumentException("network: alexnet takes side 224, got " + side);
        }
        side = side == 0 ? own : side;
    }

    Shape image() {
        return Shape.of(name.equals("demo") ? 1 : 3, side, side);
    }

    HashNetwork on(Blueprint at) {
        HashLayer head = HashLayer.tanh(BITS);
        return new HashNetwork(
                name.equals("alexnet")
                        ? AlexNet.torchvision(at, head)
                        : SmallCnn.of(at, image().dim(0), side, side, head));
    }

    /** Floating-point operations of convolutions and dense layers in a step, forward and both gradients; the images have none. */
    double flops(int batch) {
        if (name.equals("alexnet")) {
            return ConvChain.named(name, batch).flops(true) + 6.0 * batch * (9216 * 4096 + 4096 * 4096 + 4096 * BITS);
        }
        PoolGeometry pool = PoolGeometry.of(3, 2, true);
        int half = pool.output(Shape.of(1, 1, side, side)).dim(2);
        int quarter = pool.output(Shape.of(1, 1, half, half)).dim(2);
        int eighth = pool.output(Shape.of(1, 1, quarter, quarter)).dim(2);
        List<ConvLayer> layers = List.of(
                new ConvLayer(batch, image().dim(0), 32, 5, side, 1, 2),
                new ConvLayer(batch, 32, 32, 5, half, 1, 2),
                new ConvLayer(batch, 32, 64, 5, quarter, 1, 2));
        return new ConvChain(layers, false).flops(true) + 6.0 * batch * (64.0 * eighth * eighth * 256 + 256 * BITS);
    }
}
