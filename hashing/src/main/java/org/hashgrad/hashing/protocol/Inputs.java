package org.hashgrad.hashing.protocol;

import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.nn.model.Architecture;

/**
 * What a network is given of a data set's samples: pixels as (pixel / 255 − mean) / deviation, everything else as it is. The deviation is 1 / 255 where
 * {@link Architecture#takesLevels}.
 *
 * @param mean of all pixels, in [0, 1]
 * @param deviation of all pixels, standard
 */
record Inputs(double mean, double deviation) {
    private static final double MIDDLE = 0.45;
    private static final double MIDDLE_DEVIATION = 0.225;

    /** Of pictures in files, the mean over ImageNet's colours; of Fashion-MNIST, over its 60 000 training images; of other images, over those of the training set. */
    static Inputs of(RunConfig config, SampleSet training) {
        Architecture network =
                config.method() instanceof CrossModalMethod pairs ? pairs.imageNetwork() : config.network();
        Inputs standard = standard(DataChoice.parse(config.data()), training);
        return network.takesLevels() ? new Inputs(standard.mean, 1.0 / 255) : standard;
    }

    private static Inputs standard(DataChoice data, SampleSet training) {
        if (training instanceof PictureSet) {
            return new Inputs(MIDDLE, MIDDLE_DEVIATION);
        }
        if (data.isFashionMnist() || !(training instanceof ImageSet images)) {
            return new Inputs(FashionMnist.PIXEL_MEAN, FashionMnist.PIXEL_STANDARD_DEVIATION);
        }
        long sum = 0;
        long squares = 0;
        for (byte pixel : images.pixels()) {
            int level = pixel & 0xff;
            sum += level;
            squares += (long) level * level;
        }
        double n = images.pixels().length;
        double mean = sum / n;
        double variance = squares / n - mean * mean;
        return new Inputs(mean / 255, variance == 0 ? 1 : Math.sqrt(variance) / 255);
    }

    /** Colour pictures as the only channel of a network that takes brightness. */
    Samples grey(PictureSet pictures) {
        return Samples.grey(pictures, mean, deviation);
    }

    Samples samples(SampleSet set) {
        if (set instanceof ImageSet images) {
            return Samples.of(images, mean, deviation);
        }
        return set instanceof PictureSet pictures
                ? Samples.of(pictures, mean, deviation)
                : new Samples(set.sample(), set.raw(), set.labels());
    }
}
