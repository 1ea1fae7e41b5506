package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private static ImageSet images(int[] pixels, int... classes) {
        byte[] bytes = new byte[pixels.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) pixels[i];
        }
        return new ImageSet("images", 1, 1, 2, bytes, ClassLabels.of(classes));
    }

    @Test
    void rawPixelsRankByAngleNotByBrightnessAndAverageTies() {
        ImageSet query = images(new int[] {200, 0}, 0);
        // Nearest first: (10, 0) of class 1, then the equal angles (9, 9) of class 0 and (250, 250) of class 1, then
        // (0, 1) of class 0.
        ImageSet database = images(new int[] {0, 1, 9, 9, 10, 0, 250, 250}, 0, 0, 1, 1);
        try (Backend backend = new ReferenceBackend()) {
            Baselines.Ranked ranked = Baselines.rawPixels(query, database, List.of(2), backend);
            double tieFirst = (1 / 2.0 + 2 / 4.0) / 2;
            double tieSecond = (1 / 3.0 + 2 / 4.0) / 2;
            assertEquals((tieFirst + tieSecond) / 2, ranked.meanAveragePrecision(), 1e-12);
            assertEquals(0.02, ranked.precisionAt(100), 1e-12);
            // In half of the orders the second is relevant, at rank 2; in the other there is nothing to average.
            assertEquals(
                    Map.of(
                            "hits",
                            0.25,
                            "answered",
                            0.25,
                            "first_relevant",
                            ranked.meanAveragePrecision(),
                            "all_relevant",
                            0.125),
                    ranked.toMap().get("mAP_at_N") instanceof Map<?, ?> byN ? byN.get("2") : null);
            assertEquals(0, backend.liveBytes());
        }
    }

    /** Images of two pixels along (1, 1), with less spread along (1, −1): the sign of the first component splits them by brightness. */
    @Test
    void principalSignsAreThoseOfTheDirectionsOfLargestVariance() {
        ImageSet training = images(new int[] {10, 12, 20, 18, 200, 203, 210, 207, 100, 100}, 0, 0, 1, 1, 1);
        PrincipalSigns one = PrincipalSigns.of(training, 1);
        Codes codes = one.codes(training);
        assertEquals(codes.bit(0, 0), codes.bit(1, 0));
        assertEquals(codes.bit(2, 0), codes.bit(3, 0));
        assertEquals(codes.bit(0, 0), !codes.bit(2, 0));
        assertEquals(codes.bit(0, 0), codes.bit(4, 0), "100 is below the mean, 108");
        PrincipalSigns two = PrincipalSigns.of(training, 2);
        Codes both = two.codes(images(new int[] {90, 120, 120, 90, 108, 108}, 0, 0, 0));
        assertEquals(both.bit(0, 1), !both.bit(1, 1));
        var thrown = assertThrows(ConfigException.class, () -> PrincipalSigns.of(training, 3));
        assertEquals("pca-sign: bits is 3; need <= 2, the values of a sample", thrown.getMessage());
    }

    @Test
    void principalSignsAreTheSameFromFewSamplesAndFromTheirCovariance() {
        ImageSet few = (ImageSet) FashionMnist.embedded(2).training();
        int[] twice = new int[2 * few.count() * 20];
        java.util.Arrays.setAll(twice, i -> i % few.count());
        ImageSet many = few.select("many", twice);
        Codes wide = PrincipalSigns.of(few, 8).codes(few);
        Codes tall = PrincipalSigns.of(many, 8).codes(few);
        int different = 0;
        for (int i = 0; i < few.count(); i++) {
            for (int j = 0; j < few.count(); j++) {
                different += wide.hamming(i, wide, j) == tall.hamming(i, tall, j) ? 0 : 1;
            }
        }
        assertEquals(0, different);
    }

    /** Two samples at angle φ differ in a bit with probability φ / π: so do sums of many hyperplanes, within some deviations of a binomial. */
    @Test
    void randomHyperplanesDifferInProportionToTheAngle() {
        Codes codes = RandomHyperplanes.codes(images(new int[] {100, 0, 100, 100, 0, 7}, 0, 0, 0), 4096, 3);
        assertEquals(1024, codes.hamming(0, codes, 1), 5 * Math.sqrt(4096 * 0.25 * 0.75));
        assertEquals(1024, codes.hamming(1, codes, 2), 5 * Math.sqrt(4096 * 0.25 * 0.75));
        assertEquals(2048, codes.hamming(0, codes, 2), 5 * Math.sqrt(4096 * 0.25));
    }

    @Test
    void ballsOfRadiusTwoAreAllEmptyFrom256HyperplanesOnAndSomeAreNotWith64() {
        Split split = FashionMnist.embedded();
        RetrievalMetrics metrics = new RetrievalMetrics(List.of(1), 2, 2).withoutStableOrder();
        for (int bits : new int[] {64, 256}) {
            Codes query = RandomHyperplanes.codes(split.query(), bits, 0);
            Codes database = RandomHyperplanes.codes(split.database(), bits, 0);
            double empty = (double) java.util.Objects.requireNonNull(metrics.evaluate(
                            query,
                            split.query().labels(),
                            database,
                            split.database().labels())
                    .toMap()
                    .get("empty_at_radius_2"));
            assertEquals(bits == 64 ? 0.61 : 1, empty, 0.005);
        }
    }

    @Test
    void randomCodesFindTheShareOfRelevantItems() {
        Split split = FashionMnist.embedded();
        double map =
                Baselines.randomCodes(split.query(), split.database(), 48, 0, 2).meanAveragePrecision();
        assertEquals(0.1, map, 0.01);
    }
}
