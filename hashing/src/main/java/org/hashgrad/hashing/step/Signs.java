package org.hashgrad.hashing.step;

/** The sign of the papers, sgn(0) = +1, as −1 and +1. */
public final class Signs {
    private Signs() {}

    /** x → ±1 */
    public static double of(double x) {
        return x < 0 ? -1 : 1;
    }

    /** x (n, k) → ±1 (n, k), new rows. */
    public static double[][] of(double[][] x) {
        double[][] signs = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            signs[i] = new double[x[i].length];
            for (int b = 0; b < signs[i].length; b++) {
                signs[i][b] = of(x[i][b]);
            }
        }
        return signs;
    }
}
