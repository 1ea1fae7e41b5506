package org.hashgrad.hashing.step;

import java.util.Arrays;
import org.hashgrad.hashing.data.Labels;

/**
 * What the steps of EDDH need of a symmetric similarity Ŝ (n, n), which itself is never stored: the paper's intermediate term
 * R = Ŝ Yᵀ, computed once. Y are the 0/1 labels.
 *
 * @param byClass R (n, c): r_ic = Σ_j ŝ_ij over the samples j of class c
 * @param squaredNorm ‖Ŝ‖²
 * @param cases pairs i &lt; j by kind
 */
public record SimilaritySums(double[][] byClass, double squaredNorm, Cases cases) {
    /** Rows and columns of a block of pairwise distances. */
    private static final int TILE = 512;

    /**
     * Numbers of pairs i &lt; j. A pair is full where |ŝ| ≥ 1.5 (visually as the labels say) and partial below (against them).
     *
     * @param fullySimilar same label, close
     * @param partlySimilar same label, far
     * @param partlyDissimilar no common label, close
     * @param fullyDissimilar no common label, far
     */
    public record Cases(long fullySimilar, long partlySimilar, long partlyDissimilar, long fullyDissimilar) {}

    /**
     * Ŝ of n samples with the given visual features (n, d), by their cosine distances.
     *
     * @throws IllegalArgumentException unless there is a feature vector for each label, all finite and equally long
     */
    public static SimilaritySums of(
            SemanticSimilarity similarity, double[][] features, Labels labels, LinearAlgebra algebra) {
        CosineDistances distances = new CosineDistances(features, algebra);
        if (features.length != labels.count()) {
            throw new IllegalArgumentException("similarity: " + features.length + " feature vectors for "
                    + labels.count() + " labels; need equally many");
        }
        Sums sums = new Sums(labels);
        int n = features.length;
        for (int top = 0; top < n; top += TILE) {
            int bottom = Math.min(n, top + TILE);
            for (int left = top; left < n; left += TILE) {
                int right = Math.min(n, left + TILE);
                double[][] block = distances.block(top, bottom, left, right);
                for (int i = top; i < bottom; i++) {
                    for (int j = Math.max(i + 1, left); j < right; j++) {
                        boolean similar = labels.similar(i, labels, j);
                        sums.add(i, j, similarity.of(similar, block[i - top][j - left]));
                    }
                }
            }
        }
        for (int i = 0; i < n; i++) {
            sums.addDiagonal(i, similarity.of(labels.similar(i, labels, i), 0));
        }
        return sums.total();
    }

    /** The ablation Ŝ := S of ±1, labels alone. */
    public static SimilaritySums ofLabels(Labels labels) {
        Sums sums = new Sums(labels);
        for (int i = 0; i < labels.count(); i++) {
            for (int j = i + 1; j < labels.count(); j++) {
                sums.add(i, j, labels.similar(i, labels, j) ? 1 : -1);
            }
            sums.addDiagonal(i, labels.similar(i, labels, i) ? 1 : -1);
        }
        return sums.total();
    }

    /** Of a given symmetric Ŝ (n, n). */
    static SimilaritySums of(double[][] similarity, Labels labels) {
        Sums sums = new Sums(labels);
        for (int i = 0; i < similarity.length; i++) {
            for (int j = i + 1; j < similarity.length; j++) {
                sums.add(i, j, similarity[i][j]);
            }
            sums.addDiagonal(i, similarity[i][i]);
        }
        return sums.total();
    }

    /** Sums over pairs, each pair visited once. */
    private static final class Sums {
        private static final double FULL = 1.5;

        private final int[][] classesOf;
        private final double[][] byClass;
        private double squares;
        private final long[] cases = new long[4];

        Sums(Labels labels) {
            classesOf = new int[labels.count()][];
            for (int i = 0; i < classesOf.length; i++) {
                int[] own = new int[labels.classes()];
                int count = 0;
                for (int c = 0; c < labels.classes(); c++) {
                    if (labels.has(i, c)) {
                        own[count++] = c;
                    }
                }
                classesOf[i] = Arrays.copyOf(own, count);
            }
            byClass = new double[labels.count()][labels.classes()];
        }

        void add(int i, int j, double similarity) {
            toClasses(i, j, similarity);
            toClasses(j, i, similarity);
            squares += 2 * similarity * similarity;
            cases[similarity > 0 ? (similarity >= FULL ? 0 : 1) : (similarity > -FULL ? 2 : 3)]++;
        }

        void addDiagonal(int i, double similarity) {
            toClasses(i, i, similarity);
            squares += similarity * similarity;
        }

        private void toClasses(int row, int other, double similarity) {
            for (int c : classesOf[other]) {
                byClass[row][c] += similarity;
            }
        }

        SimilaritySums total() {
            return new SimilaritySums(byClass, squares, new Cases(cases[0], cases[1], cases[2], cases[3]));
        }
    }
}
