package org.hashgrad.hashing.step;

/**
 * The discrete step of Asymmetric Deep Supervised Hashing (ADSH; Jiang, Li, AAAI 2018): the stored codes V (n, k) of ±1 of the whole
 * training set against the relaxed codes U (m, k) of sampled queries, row i of U being sample Ω_i.
 * <pre>  J(U, V) = Σ_i Σ_j ( ⟨u_i, v_j⟩ − k s_ij )² + γ Σ_i ‖v_Ωi − u_i‖²,   s_ij = 1 for similar pairs, −r for others
 *          = ‖V Uᵀ‖² + tr(V Qᵀ) + const,   Q = −2k Sᵀ U − 2γ Ū        Ū: row u_i at Ω_i, else 0
 *   bit b, hats without column b:   V_b ← −sgn( 2 V̂ Ûᵀ U_b + Q_b ) </pre>
 * Each bit's step is its exact minimiser over all 2ⁿ columns. Samples do not depend on one another, so the code runs over the bits one
 * sample after another: O(n k²), and O(m n) label comparisons for SᵀU; S is never stored. sgn(0) = +1, so a tie gives −1.
 */
public final class AdshSteps {
    private final Similarity similarity;
    private final int[] queries;
    private final double dissimilarity;
    private final double gamma;
    private final LinearAlgebra algebra;

    /**
     * @param queries Ω, samples of the training set
     * @param dissimilarity r ≥ 0: {@link #softDissimilarity} in the authors' code, 1 for s of ±1 as in the paper
     * @param gamma γ ≥ 0
     * @throws IllegalArgumentException unless r, γ ≥ 0
     */
    public AdshSteps(Similarity similarity, int[] queries, double dissimilarity, double gamma, LinearAlgebra algebra) {
        if (!(dissimilarity >= 0) || !(gamma >= 0)) {
            throw new IllegalArgumentException(
                    "adsh: dissimilarity is " + dissimilarity + ", gamma is " + gamma + "; need both >= 0");
        }
        this.similarity = similarity;
        this.queries = queries.clone();
        this.dissimilarity = dissimilarity;
        this.gamma = gamma;
        this.algebra = algebra;
    }

    /**
     * r = similar / dissimilar pairs of the queries with the {@code count} samples of the training set, so that Σ s_ij = 0.
     *
     * @throws IllegalArgumentException when every pair is similar
     */
    public static double softDissimilarity(Similarity similarity, int[] queries, int count) {
        long similar = 0;
        for (int i : queries) {
            for (int j = 0; j < count; j++) {
                similar += similarity.similar(i, j) ? 1 : 0;
            }
        }
        long dissimilar = (long) queries.length * count - similar;
        if (dissimilar == 0) {
            throw new IllegalArgumentException("adsh: all " + similar + " pairs of " + queries.length + " queries with "
                    + count + " samples are similar; need a dissimilar one");
        }
        return (double) similar / dissimilar;
    }

    /** J: U (m, k), V (n, k), in O(n k² + m n) time plus k for each similar pair. */
    public double objective(double[][] u, double[][] v) {
        requireQueries(u);
        int bits = u[0].length;
        double[][] queryGram = algebra.gram(u);
        double[][] codeGram = algebra.gram(v);
        double sum = 0;
        for (int b = 0; b < bits; b++) {
            sum += Rows.dot(queryGram[b], codeGram[b]);
        }
        double[] total = total(u);
        for (int j = 0; j < v.length; j++) {
            double[] weighted = total.clone();
            long similar = addSimilar(weighted, u, j);
            long others = u.length - similar;
            sum += (double) bits * bits * (similar + dissimilarity * dissimilarity * others)
                    - 2 * bits * Rows.dot(weighted, v[j]);
        }
        for (int i = 0; i < u.length; i++) {
            for (int b = 0; b < bits; b++) {
                double distance = v[queries[i]][b] - u[i][b];
                sum += gamma * distance * distance;
            }
        }
        return sum;
    }

    /** V after one sweep over the bits; never raises J: U (m, k), V (n, k) → (n, k). */
    public double[][] sweep(double[][] u, double[][] v) {
        return sweep(u, u, v);
    }

    /**
     * As {@link #sweep(double[][], double[][])} with the signs of U in SᵀU and U elsewhere, which is what the authors' MATLAB code does
     * (jiangqy/ADSH-AAAI2018). It may raise J.
     */
    public double[][] sweepWithSigns(double[][] u, double[][] v) {
        return sweep(u, Signs.of(u), v);
    }

    private double[][] sweep(double[][] u, double[][] compared, double[][] v) {
        requireQueries(u);
        int bits = u[0].length;
        double[][] gram = algebra.gram(u);
        double[] total = total(compared);
        double[][] targets = new double[v.length][];
        for (int j = 0; j < v.length; j++) {
            targets[j] = total.clone();
            addSimilar(targets[j], compared, j);
            for (int b = 0; b < bits; b++) {
                targets[j][b] *= bits;
            }
        }
        for (int i = 0; i < u.length; i++) {
            Rows.addScaled(targets[queries[i]], gamma, u[i]);
        }
        double[][] updated = Rows.copy(v);
        for (int j = 0; j < v.length; j++) {
            double[] code = updated[j];
            for (int b = 0; b < bits; b++) {
                double others = Rows.dot(gram[b], code) - gram[b][b] * code[b];
                code[b] = -Signs.of(others - targets[j][b]);
            }
        }
        return updated;
    }

    /** −r Σ_i u_i */
    private double[] total(double[][] u) {
        double[] total = new double[u[0].length];
        for (double[] row : u) {
            Rows.addScaled(total, -dissimilarity, row);
        }
        return total;
    }

    /** Makes {@link #total} into column j of SᵀU; how many queries are similar to j. */
    private int addSimilar(double[] total, double[][] u, int j) {
        int similar = 0;
        for (int i = 0; i < u.length; i++) {
            if (similarity.similar(queries[i], j)) {
                Rows.addScaled(total, 1 + dissimilarity, u[i]);
                similar++;
            }
        }
        return similar;
    }

    private void requireQueries(double[][] u) {
        if (u.length != queries.length) {
            throw new IllegalArgumentException(
                    "adsh: u has " + u.length + " rows; need one for each of " + queries.length + " queries");
        }
    }
}
