package org.hashgrad.hashing.step;

/**
 * The discrete step of Deep Discrete Supervised Hashing (DDSH; Jiang, Cui, Li, TIP 2018): codes B (m, k) of the drawn samples Ω,
 * bit by bit, the codes G (r, k) of the others Γ fixed.
 * <pre>  L = ‖B Bᵀ − k S_Ω‖² + ‖G Bᵀ − k S_Γ‖²,           S_Ω (m, m) symmetric, S_Γ (r, m)
 *   bit b, with the residuals R = k S_Ω − Σ b^l b^lᵀ and R_Γ = k S_Γ − Σ g^l b^lᵀ over other bits l:
 *   ‖R − b bᵀ‖² + ‖R_Γ − g bᵀ‖² = bᵀ Q b + pᵀ b + const,   Q = −2R without its diagonal,   p = −2 R_Γᵀ g </pre>
 * The paper relaxes that binary quadratic programme and rounds; here single flips descend ({@link BinaryQuadratic}) from the bit as it
 * is, so it never rises.
 *
 * @param residual the bits that a bit's residual subtracts
 */
public record DdshSteps(Residual residual) {
    /** Which other bits a bit is fitted beside. */
    public enum Residual {
        /** l &lt; b, greedily as the authors' code: a later bit corrects what the earlier ones left. L itself may rise. */
        EARLIER_BITS,
        /** l ≠ b: coordinate descent, L never rises. */
        OTHER_BITS
    }

    /**
     * B (m, k) after one pass over the bits.
     *
     * @param b B (m, k) of ±1
     * @param g G (r, k) of ±1; r may be 0
     * @param within S_Ω (m, m) symmetric
     * @param across S_Γ (r, m)
     */
    public double[][] codes(double[][] b, double[][] g, double[][] within, double[][] across) {
        int k = b[0].length;
        double[][] codes = Rows.copy(b);
        double[][] ofDrawn = scaled(within, k);
        double[][] ofOthers = scaled(across, k);
        if (residual == Residual.OTHER_BITS) {
            for (int bit = 0; bit < k; bit++) {
                subtract(ofDrawn, codes, codes, bit, 1);
                subtract(ofOthers, g, codes, bit, 1);
            }
        }
        for (int bit = 0; bit < k; bit++) {
            if (residual == Residual.OTHER_BITS) {
                subtract(ofDrawn, codes, codes, bit, -1);
                subtract(ofOthers, g, codes, bit, -1);
            }
            double[] column = programme(ofDrawn, ofOthers, g, bit).descend(column(codes, bit));
            for (int i = 0; i < codes.length; i++) {
                codes[i][bit] = column[i];
            }
            subtract(ofDrawn, codes, codes, bit, 1);
            subtract(ofOthers, g, codes, bit, 1);
        }
        return codes;
    }

    /** L: arguments as in {@link #codes}. */
    public static double objective(double[][] b, double[][] g, double[][] within, double[][] across) {
        return misfit(b, b, within) + misfit(g, b, across);
    }

    private static double misfit(double[][] x, double[][] b, double[][] similarity) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < b.length; j++) {
                double error = Rows.dot(x[i], b[j]) - b[j].length * similarity[i][j];
                sum += error * error;
            }
        }
        return sum;
    }

    /** The programme of one bit from its residuals R (m, m) and R_Γ (r, m). */
    static BinaryQuadratic programme(double[][] ofDrawn, double[][] ofOthers, double[][] g, int bit) {
        int m = ofDrawn.length;
        double[][] q = new double[m][m];
        double[] p = new double[m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                q[i][j] = i == j ? 0 : -2 * ofDrawn[i][j];
            }
        }
        for (int j = 0; j < ofOthers.length; j++) {
            for (int i = 0; i < m; i++) {
                p[i] -= 2 * ofOthers[j][i] * g[j][bit];
            }
        }
        return new BinaryQuadratic(q, p);
    }

    private static double[][] scaled(double[][] x, double factor) {
        double[][] scaled = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            scaled[i] = x[i].clone();
            for (int j = 0; j < scaled[i].length; j++) {
                scaled[i][j] *= factor;
            }
        }
        return scaled;
    }

    /** residual −= sign · x^bit y^bitᵀ */
    private static void subtract(double[][] residual, double[][] x, double[][] y, int bit, double sign) {
        for (int i = 0; i < residual.length; i++) {
            double factor = sign * x[i][bit];
            for (int j = 0; j < residual[i].length; j++) {
                residual[i][j] -= factor * y[j][bit];
            }
        }
    }

    private static double[] column(double[][] x, int bit) {
        double[] column = new double[x.length];
        for (int i = 0; i < column.length; i++) {
            column[i] = x[i][bit];
        }
        return column;
    }
}
