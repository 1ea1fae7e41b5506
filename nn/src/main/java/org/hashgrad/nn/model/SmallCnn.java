package org.hashgrad.nn.model;

import java.util.List;
import org.hashgrad.nn.AvgPool2d;
import org.hashgrad.nn.BatchNorm;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Conv2d;
import org.hashgrad.nn.Flatten;
import org.hashgrad.nn.Initializer;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.MaxPool2d;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;

/**
 * The network of the demo, for small images: three 5×5 convolutions of 32, 32 and 64 filters and a layer of 256 units, each batch
 * normalised and followed by ReLU, the convolutions also by a 3/2 pooling (max, mean, mean; extents rounded up); then the hash layer.
 * x (N, channels, height, width) → (N, bits). Slots: {@code conv1…3.weight}, {@code bn1…4.*}, {@code fc1.weight}, {@code hash.*}.
 */
public final class SmallCnn {
    private static final PoolGeometry POOL = PoolGeometry.of(3, 2, true);
    private static final int UNITS = 256;

    private SmallCnn() {}

    /** Kaiming-normal weights but for the hash layer's. */
    public static Sequential of(Blueprint at, int channels, int height, int width, LastLayer last) {
        Shape image = Shape.of(1, 64, height, width);
        Shape features = POOL.output(POOL.output(POOL.output(image)));
        return new Sequential(List.<Module>of(
                conv(at.at("conv1"), channels, 32),
                new BatchNorm(at.at("bn1"), 32, Activation.RELU),
                new MaxPool2d(POOL),
                conv(at.at("conv2"), 32, 32),
                new BatchNorm(at.at("bn2"), 32, Activation.RELU),
                new AvgPool2d(POOL),
                conv(at.at("conv3"), 32, 64),
                new BatchNorm(at.at("bn3"), 64, Activation.RELU),
                new AvgPool2d(POOL),
                new Flatten(),
                new Linear(at.at("fc1"), features.size(), UNITS, Initializer.kaimingNormal()),
                new BatchNorm(at.at("bn4"), UNITS, Activation.RELU),
                last.on(at, UNITS)));
    }

    private static Conv2d conv(Blueprint at, int inputs, int outputs) {
        return new Conv2d(at, inputs, outputs, 5, ConvGeometry.of(1, 2), Initializer.kaimingNormal());
    }
}
