package org.hashgrad.nn.model;

import static org.hashgrad.tensor.Activation.RELU;

import java.util.List;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Conv2d;
import org.hashgrad.nn.Dropout;
import org.hashgrad.nn.Flatten;
import org.hashgrad.nn.Initializer;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.LocalResponseNorm;
import org.hashgrad.nn.MaxPool2d;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.PoolGeometry;

/**
 * CNN-F, "VGG-F" (Chatfield et al. 2014), with a hash layer for the classes: ReLU, then response normalisation (window 5, κ 2, α 10⁻⁴ per
 * element, β 0.75), then pooling. x (N, 3, 224, 224) in 0 … 255 minus the mean image, red first → (N, bits). Slots: {@code conv1…5},
 * {@code fc6}, {@code fc7}, {@code hash}, each {@code .weight} and {@code .bias}.
 */
public final class CnnF {
    private static final int UNITS = 4096;

    private CnnF() {}

    /** @param dropout after fc6 and fc7: 0.5 in the paper, 0 in the hashing papers' MATLAB code */
    public static Sequential of(Blueprint at, LastLayer last, double dropout) {
        MaxPool2d pool = new MaxPool2d(PoolGeometry.of(3, 2, true));
        LocalResponseNorm norm = responseNorm();
        return new Sequential(List.<Module>of(
                conv(at.at("conv1"), 3, 64, 11, ConvGeometry.of(4, 0)),
                norm,
                pool,
                conv(at.at("conv2"), 64, 256, 5, ConvGeometry.of(1, 2)),
                norm,
                pool,
                conv(at.at("conv3"), 256, 256, 3, ConvGeometry.of(1, 1)),
                conv(at.at("conv4"), 256, 256, 3, ConvGeometry.of(1, 1)),
                conv(at.at("conv5"), 256, 256, 3, ConvGeometry.of(1, 1)),
                pool,
                new Flatten(),
                units(at.at("fc6"), 256 * 6 * 6),
                new Dropout(dropout),
                units(at.at("fc7"), UNITS),
                new Dropout(dropout),
                last.on(at, UNITS)));
    }

    static LocalResponseNorm responseNorm() {
        return new LocalResponseNorm(5, 5e-4, 0.75, 2);
    }

    private static Conv2d conv(Blueprint at, int inputs, int outputs, int kernel, ConvGeometry geometry) {
        Initializer weights = Initializer.gaussian(0.01);
        return new Conv2d(at, inputs, outputs, kernel, geometry, weights, Initializer.constant(0), RELU);
    }

    private static Linear units(Blueprint at, int inputs) {
        return new Linear(at, inputs, UNITS, Initializer.gaussian(0.01), Initializer.constant(0), RELU);
    }
}
