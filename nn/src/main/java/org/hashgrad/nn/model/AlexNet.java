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

/** AlexNet (Krizhevsky, Sutskever, Hinton 2012) in the two forms that hashing papers start from, with a hash layer for the classes. */
public final class AlexNet {
    private static final int UNITS = 4096;

    private AlexNet() {}

    /**
     * Caffe's reference form: two groups in conv2, conv4 and conv5, pooling before local response normalisation. x (N, 3, 227, 227) or
     * (N, 3, 224, 224) in 0 … 255 minus the mean, blue first → (N, bits). Slots: {@code conv1…5}, {@code fc6}, {@code fc7}, {@code hash},
     * each {@code .weight} and {@code .bias}.
     */
    public static Sequential caffe(Blueprint at, LastLayer last) {
        PoolGeometry pool = PoolGeometry.of(3, 2, true);
        return new Sequential(List.<Module>of(
                caffeConv(at.at("conv1"), 3, 96, 11, new ConvGeometry(4, 4, 0, 0, 1), 0),
                new MaxPool2d(pool),
                new LocalResponseNorm(5, 1e-4, 0.75, 1),
                caffeConv(at.at("conv2"), 96, 256, 5, new ConvGeometry(1, 1, 2, 2, 2), 0.1),
                new MaxPool2d(pool),
                new LocalResponseNorm(5, 1e-4, 0.75, 1),
                caffeConv(at.at("conv3"), 256, 384, 3, new ConvGeometry(1, 1, 1, 1, 1), 0),
                caffeConv(at.at("conv4"), 384, 384, 3, new ConvGeometry(1, 1, 1, 1, 2), 0.1),
                caffeConv(at.at("conv5"), 384, 256, 3, new ConvGeometry(1, 1, 1, 1, 2), 0.1),
                new MaxPool2d(pool),
                new Flatten(),
                caffeUnits(at.at("fc6"), 256 * 6 * 6),
                new Dropout(0.5),
                caffeUnits(at.at("fc7"), UNITS),
                new Dropout(0.5),
                last.on(at, UNITS)));
    }

    private static Conv2d caffeConv(
            Blueprint at, int inputs, int outputs, int kernel, ConvGeometry geometry, double bias) {
        Initializer weights = Initializer.gaussian(0.01);
        return new Conv2d(at, inputs, outputs, kernel, geometry, weights, Initializer.constant(bias), RELU);
    }

    private static Linear caffeUnits(Blueprint at, int inputs) {
        return new Linear(at, inputs, UNITS, Initializer.gaussian(0.005), Initializer.constant(0.1), RELU);
    }

    /**
     * torchvision's form: no groups, no response normalisation, 64-192-384-256-256 filters. x (N, 3, 224, 224), red first, standardised →
     * (N, bits). Slots have torchvision's names ({@code features.0}, …, {@code classifier.4}) except for the last layer, {@code hash}.
     */
    public static Sequential torchvision(Blueprint at, LastLayer last) {
        MaxPool2d pool = new MaxPool2d(PoolGeometry.of(3, 2, false));
        Blueprint features = at.at("features");
        Blueprint classifier = at.at("classifier");
        return new Sequential(List.<Module>of(
                conv(features.at("0"), 3, 64, 11, ConvGeometry.of(4, 2)),
                pool,
                conv(features.at("3"), 64, 192, 5, ConvGeometry.of(1, 2)),
                pool,
                conv(features.at("6"), 192, 384, 3, ConvGeometry.of(1, 1)),
                conv(features.at("8"), 384, 256, 3, ConvGeometry.of(1, 1)),
                conv(features.at("10"), 256, 256, 3, ConvGeometry.of(1, 1)),
                pool,
                new Flatten(),
                new Dropout(0.5),
                units(classifier.at("1"), 256 * 6 * 6),
                new Dropout(0.5),
                units(classifier.at("4"), UNITS),
                last.on(at, UNITS)));
    }

    private static Conv2d conv(Blueprint at, int inputs, int outputs, int kernel, ConvGeometry geometry) {
        Initializer weights = Initializer.kaimingNormal();
        return new Conv2d(at, inputs, outputs, kernel, geometry, weights, Initializer.constant(0), RELU);
    }

    private static Linear units(Blueprint at, int inputs) {
        return new Linear(at, inputs, UNITS, Initializer.kaimingNormal(), Initializer.constant(0), RELU);
    }
}
