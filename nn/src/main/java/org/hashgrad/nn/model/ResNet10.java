package org.hashgrad.nn.model;

import static org.hashgrad.tensor.Activation.RELU;

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
import org.hashgrad.nn.ResidualBlock;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.PoolGeometry;

/**
 * A residual network of ten layers, eight convolutions and two fully connected ones, cut from ResNet-34 (He et al. 2016) for hashing: the
 * stem, the first block of stages 1 to 3, the first convolution of stage 4, the mean over what is left of the image, one layer of units and the last
 * layer. Slots have torchvision's names ({@code conv1}, {@code bn1}, {@code layer1.0.*}, …, {@code layer4.0.conv1}, {@code layer4.0.bn1}), then
 * {@code fc1} and the last layer's.
 */
public final class ResNet10 {
    private static final int FILTERS = 64;
    private static final int UNITS = 4096;

    private ResNet10() {}

    /** For large images: x (N, 3, 224, 224), red first, standardised → (N, outputs); 64 filters, 4096 units. */
    public static Sequential of(Blueprint at, LastLayer last) {
        return new Sequential(List.<Module>of(
                conv(at.at("conv1"), 3, FILTERS, 7, 2),
                new BatchNorm(at.at("bn1"), FILTERS, RELU),
                new MaxPool2d(new PoolGeometry(3, 3, 2, 2, 1, 1, false)),
                blocks(at, FILTERS),
                new AvgPool2d(PoolGeometry.of(7, 7, false)),
                new Flatten(),
                units(at, 8 * FILTERS, UNITS),
                last.on(at, UNITS)));
    }

    /**
     * For small images: the same without the stem's halvings, its convolution 3×3. x (N, channels, height, width) → (N, outputs).
     *
     * @param filters of the stem; each stage has twice those of the one before
     */
    public static Sequential small(
            Blueprint at, int channels, int height, int width, int filters, int units, LastLayer last) {
        PoolGeometry mean = new PoolGeometry(eighth(height), eighth(width), 1, 1, 0, 0, false);
        return new Sequential(List.<Module>of(
                conv(at.at("conv1"), channels, filters, 3, 1),
                new BatchNorm(at.at("bn1"), filters, RELU),
                blocks(at, filters),
                new AvgPool2d(mean),
                new Flatten(),
                units(at, 8 * filters, units),
                last.on(at, units)));
    }

    /** What three strides of 2 leave of an extent. */
    private static int eighth(int extent) {
        return (extent + 7) / 8;
    }

    private static Sequential blocks(Blueprint at, int filters) {
        return new Sequential(
                new ResidualBlock(at.at("layer1.0"), filters, filters, 1),
                new ResidualBlock(at.at("layer2.0"), filters, 2 * filters, 2),
                new ResidualBlock(at.at("layer3.0"), 2 * filters, 4 * filters, 2),
                conv(at.at("layer4.0.conv1"), 4 * filters, 8 * filters, 3, 2),
                new BatchNorm(at.at("layer4.0.bn1"), 8 * filters, RELU));
    }

    private static Conv2d conv(Blueprint at, int inputs, int outputs, int kernel, int stride) {
        ConvGeometry geometry = ConvGeometry.of(stride, kernel / 2);
        return new Conv2d(at, inputs, outputs, kernel, geometry, Initializer.kaimingNormal());
    }

    private static Linear units(Blueprint at, int inputs, int units) {
        return new Linear(at.at("fc1"), inputs, units, Initializer.kaimingNormal(), Initializer.constant(0), RELU);
    }
}
