package org.hashgrad.hashing.protocol;

import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.method.Samples;

/**
 * What a network is given of a data set's samples: pixels as (pixel / 255 − mean) / deviation, everything else as it is.
 *
 * @param mean of all pixels, in [0, 1]
 * @param deviation of all pixels, standard
 */
record Inputs(double mean, double deviation) {
    /** Of Fashion-MNIST, over its 60 000 training images; of other images, over those of the training set. */
    static Inputs of(DataChoice data, SampleSet training) {
        if (!data.isOpenClipart() || !(training instanceof ImageSet images)) {
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

    Samples samples(SampleSet set) {
        return set instanceof ImageSet images
                ? Samples.of(images, mean, deviation)
                : new Samples(set.sample(), set.raw(), set.labels());
    }
}
