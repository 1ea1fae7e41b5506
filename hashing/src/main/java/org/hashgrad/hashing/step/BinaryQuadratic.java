package org.hashgrad.hashing.step;

/**
 * The binary quadratic programme min bᵀ Q b + pᵀ b over b in {−1, +1}^m.
 *
 * @param q Q (m, m) symmetric; its diagonal only adds a constant
 * @param p (m)
 */
public record BinaryQuadratic(double[][] q, double[] p) {
    /** bᵀ Q b + pᵀ b */
    public double value(double[] b) {
        double sum = 0;
        for (int i = 0; i < b.length; i++) {
            double row = p[i];
            for (int j = 0; j < b.length; j++) {
                row += q[i][j] * b[j];
            }
            sum += row * b[i];
        }
        return sum;
    }

    /**
     * Passes over the elements, each set to the better sign given the others, b_i = −sgn(2 Σ_{j≠i} Q_ij b_j + p_i), until a pass
     * changes nothing; on a tie b_i stays. No flip of one element lowers the value of what is returned, which is at most the start's.
     */
    public double[] descend(double[] start) {
        int m = start.length;
        double[] b = start.clone();
        double[] pull = p.clone();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                pull[i] += i == j ? 0 : 2 * q[i][j] * b[j];
            }
        }
        double[] least = leastGains();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 0; i < m; i++) {
                if (pull[i] * b[i] > least[i]) {
                    b[i] = -b[i];
                    changed = true;
                    for (int j = 0; j < m; j++) {
                        pull[j] += i == j ? 0 : 4 * q[j][i] * b[i];
                    }
                }
            }
        }
        return b;
    }

    /** Below these, what a flip gains may be rounding, and flips could cycle: (m + 1) roundings of the largest possible pull. */
    private double[] leastGains() {
        double[] least = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            double largest = Math.abs(p[i]);
            for (int j = 0; j < p.length; j++) {
                largest += i == j ? 0 : 2 * Math.abs(q[i][j]);
            }
            least[i] = (p.length + 1) * Math.ulp(largest);
        }
        return least;
    }
}
