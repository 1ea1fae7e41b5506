package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class DistanceSampleTest {
    /** Classes along an axis each, so that similar pairs are at distance 0 and others at 1, but for one sample of its class. */
    @Test
    void pairsOfBothKindsAreDrawnEquallyOftenAndNeverASampleWithItself() {
        Labels labels = ClassLabels.of(0, 0, 1, 1, 2);
        double[][] features = {{1, 0, 0}, {2, 0, 0}, {0, 1, 0}, {0, 3, 0}, {0, 0, 1}};
        DistanceSample sample =
                DistanceSample.draw(new CosineDistances(features, LinearAlgebra.host()), labels, 500, RandomKey.of(3));
        double[] zeros = new double[500];
        double[] ones = zeros.clone();
        Arrays.fill(ones, 1);
        assertArrayEquals(zeros, sample.similar(), 1e-15);
        assertArrayEquals(ones, sample.dissimilar(), 1e-15);
        assertEquals(1000, sample.all().length);
        features[1] = new double[] {0, 0, 0};
        DistanceSample broken =
                DistanceSample.draw(new CosineDistances(features, LinearAlgebra.host()), labels, 500, RandomKey.of(3));
        double share = Arrays.stream(broken.similar()).sum() / 500;
        assertTrue(share > 0.4 && share < 0.6, "half of the similar pairs have the zero vector: " + share);
    }

    @Test
    void aKindThatDoesNotOccurIsAnErrorThatSaysSo() {
        double[][] features = {{1, 0}, {0, 1}, {1, 1}};
        assertEquals(
                "distances: 20000 random pairs of 3 samples have 0 similar and 2 dissimilar ones; need 2 of each",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> DistanceSample.draw(
                                        new CosineDistances(features, LinearAlgebra.host()),
                                        ClassLabels.of(0, 1, 2),
                                        2,
                                        RandomKey.of(1)))
                        .getMessage());
    }

    @Test
    void aHistogramCountsEveryDistanceOnce() {
        assertArrayEquals(
                new int[] {2, 0, 1, 2}, DistanceSample.histogram(new double[] {0, 0.49, 1.2, 1.5, 2.0}, 4, 2));
    }
}
