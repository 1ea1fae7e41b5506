package org.hashgrad.hashing.step;

import org.hashgrad.hashing.data.Labels;

/** Which samples of a set are similar, asked pair by pair, so that nothing of the size of the set squared is stored. Symmetric. */
@FunctionalInterface
public interface Similarity {
    /** Whether samples i and j are similar. */
    boolean similar(int i, int j);

    /** Similar is what shares a label. */
    static Similarity of(Labels labels) {
        return (i, j) -> labels.similar(i, labels, j);
    }

    /** The label rows Y (n, c) of 0 and 1. */
    static double[][] rows(Labels labels) {
        double[][] y = new double[labels.count()][labels.classes()];
        for (int i = 0; i < y.length; i++) {
            for (int c = 0; c < y[i].length; c++) {
                y[i][c] = labels.has(i, c) ? 1 : 0;
            }
        }
        return y;
    }
}
