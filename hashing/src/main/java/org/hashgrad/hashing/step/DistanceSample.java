package org.hashgrad.hashing.step;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.RandomKey;

/**
 * Visual distances of random pairs of samples, equally many similar and dissimilar: what EDDH fits its distribution to.
 *
 * @param similar distances of pairs that share a label
 * @param dissimilar distances of pairs that do not
 */
public record DistanceSample(double[] similar, double[] dissimilar) {
    /** Draws for each pair that is wanted, after which a kind counts as too rare. */
    private static final int PATIENCE = 10_000;

    /**
     * Pairs i ≠ j of both kinds, with replacement.
     *
     * @param each pairs of a kind
     * @throws IllegalArgumentException when a kind hardly occurs
     */
    public static DistanceSample draw(CosineDistances distances, Labels labels, int each, RandomKey key) {
        double[][] found = {new double[each], new double[each]};
        int[] counts = new int[2];
        long draws = 0;
        while (counts[0] < each || counts[1] < each) {
            if (draws == (long) PATIENCE * each) {
                throw new IllegalArgumentException("distances: " + draws + " random pairs of " + labels.count()
                        + " samples have " + counts[0] + " similar and " + counts[1] + " dissimilar ones; need " + each
                        + " of each");
            }
            int i = key.below(labels.count(), 2 * draws);
            int j = key.below(labels.count(), 2 * draws + 1);
            draws++;
            int kind = labels.similar(i, labels, j) ? 0 : 1;
            if (i != j && counts[kind] < each) {
                found[kind][counts[kind]++] = distances.of(i, j);
            }
        }
        return new DistanceSample(found[0], found[1]);
    }

    /** All distances, similar pairs first. */
    public double[] all() {
        return DoubleStream.concat(Arrays.stream(similar), Arrays.stream(dissimilar))
                .toArray();
    }

    /** Numbers of {@code distances} in equally wide bins from 0 to {@code end}, which the last one includes. */
    public static int[] histogram(double[] distances, int bins, double end) {
        int[] counts = new int[bins];
        for (double distance : distances) {
            counts[Math.min(bins - 1, (int) (distance / end * bins))]++;
        }
        return counts;
    }
}
