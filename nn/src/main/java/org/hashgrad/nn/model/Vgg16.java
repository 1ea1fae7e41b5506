package org.hashgrad.nn.model;

import static org.hashgrad.tensor.Activation.RELU;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Conv2d;
import org.hashgrad.nn.Dropout;
import org.hashgrad.nn.Flatten;
import org.hashgrad.nn.Initializer;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.MaxPool2d;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.PoolGeometry;

/**
 * VGG-16 (Simonyan, Zisserman, ICLR 2015, table 1 D): thirteen 3×3 convolutions in five blocks of 64, 128, 256, 512 and 512 filters, each block
 * halved by a maximum, then two layers of 4096 units and the last layer. x (N, 3, 224, 224), red first, standardised → (N, outputs). Slots
 * have torchvision's names ({@code features.0}, …, {@code features.28}, {@code classifier.0}, {@code classifier.3}) except for the last layer's.
 */
public final class Vgg16 {
    private static final int[][] BLOCKS = {{64, 64}, {128, 128}, {256, 256, 256}, {512, 512, 512}, {512, 512, 512}};
    private static final int UNITS = 4096;

    private Vgg16() {}

    /** @param dropout after each layer of units: 0.5 in the paper */
    public static Sequential of(Blueprint at, LastLayer last, double dropout) {
        List<Module> modules = new ArrayList<>();
        Blueprint features = at.at("features");
        MaxPool2d pool = new MaxPool2d(PoolGeometry.of(2, 2, false));
        int channels = 3;
        int place = 0;
        for (int[] block : BLOCKS) {
            for (int filters : block) {
                modules.add(conv(features.at("" + place), channels, filters));
                channels = filters;
                place += 2;
            }
            modules.add(pool);
            place++;
        }
        Blueprint classifier = at.at("classifier");
        modules.add(new Flatten());
        modules.add(units(classifier.at("0"), channels * 7 * 7));
        modules.add(new Dropout(dropout));
        modules.add(units(classifier.at("3"), UNITS));
        modules.add(new Dropout(dropout));
        modules.add(last.on(at, UNITS));
        return new Sequential(modules);
    }

    private static Conv2d conv(Blueprint at, int inputs, int outputs) {
        Initializer weights = Initializer.kaimingNormal();
        return new Conv2d(at, inputs, outputs, 3, ConvGeometry.of(1, 1), weights, Initializer.constant(0), RELU);
    }

    private static Linear units(Blueprint at, int inputs) {
        return new Linear(at, inputs, UNITS, Initializer.gaussian(0.01), Initializer.constant(0), RELU);
    }
}
