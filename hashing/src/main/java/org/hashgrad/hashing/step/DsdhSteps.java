package org.hashgrad.hashing.step;

/**
 * The classifier step and the discrete step of Deep Supervised Discrete Hashing (DSDH; Li, Sun, He, Tan, NeurIPS 2017). Rows here, where
 * the paper has columns: codes B (n, k) of ±1, relaxed codes H (n, k), labels Y (n, c) of 0 and 1, classifier W (k, c).
 * <pre>  J(B, W) = μ ‖Y − B W‖² + ν ‖W‖² + η ‖B − H‖²
 *   W ← (BᵀB + ν/μ I)⁻¹ Bᵀ Y
 *   bit l, w_l row l of W, P = Y Wᵀ + η/μ H:   b_il ← sgn( p_il − ⟨Σ_{m≠l} b_im w_m, w_l⟩ )      for all i at once </pre>
 * Each bit's step is its exact minimiser over all 2ⁿ columns (discrete cyclic coordinate descent). Samples do not depend on one another,
 * so the code descends one sample after another; O(n k c) a sweep. sgn(0) = +1.
 *
 * @param mu μ &gt; 0, weight of classification
 * @param nu ν ≥ 0, weight of the classifier's norm
 * @param eta η ≥ 0, weight of the distance to the relaxed codes
 */
public record DsdhSteps(double mu, double nu, double eta) {
    /** Sweeps after which descent ends at the latest, in the authors' code. */
    public static final int SWEEPS = 10;

    /** @throws IllegalArgumentException unless μ &gt; 0 and ν, η ≥ 0 */
    public DsdhSteps {
        if (!(mu > 0) || !(nu >= 0) || !(eta >= 0)) {
            throw new IllegalArgumentException(
                    "dsdh: mu is " + mu + ", nu is " + nu + ", eta is " + eta + "; need mu > 0, nu >= 0, eta >= 0");
        }
    }

    /** J(B, W): B (n, k), W (k, c), Y (n, c), H (n, k). */
    public double objective(double[][] b, double[][] w, double[][] y, double[][] h) {
        double classification = 0;
        double quantization = 0;
        for (int i = 0; i < b.length; i++) {
            double[] fit = fit(b[i], w);
            for (int c = 0; c < fit.length; c++) {
                classification += square(y[i][c] - fit[c]);
            }
            for (int l = 0; l < b[i].length; l++) {
                quantization += square(b[i][l] - h[i][l]);
            }
        }
        return mu * classification + nu * Rows.squaredNorm(w) + eta * quantization;
    }

    /** The W that minimises J for these codes: B (n, k), Y (n, c) → (k, c). */
    public double[][] classifier(double[][] b, double[][] y, LinearAlgebra algebra) {
        return algebra.ridge(b, y, nu / mu);
    }

    /** One sweep over the bits: start (n, k), W (k, c), Y (n, c), H (n, k) → codes (n, k). */
    public double[][] sweep(double[][] start, double[][] w, double[][] y, double[][] h) {
        return descend(start, w, y, h, 1);
    }

    /**
     * Sweeps until a whole one changes nothing, {@code sweeps} at most: start (n, k), W (k, c), Y (n, c), H (n, k) → codes (n, k).
     *
     * @param start codes, or zeros as in the authors' code, which leave the bits not yet visited out of the first sweep
     */
    public double[][] descend(double[][] start, double[][] w, double[][] y, double[][] h, int sweeps) {
        double[][] codes = new double[start.length][];
        for (int i = 0; i < start.length; i++) {
            codes[i] = start[i].clone();
            double[] target = new double[w.length];
            for (int l = 0; l < target.length; l++) {
                target[l] = Rows.dot(w[l], y[i]) + eta / mu * h[i][l];
            }
            descend(codes[i], target, w, sweeps);
        }
        return codes;
    }

    /** @param target row i of P */
    private static void descend(double[] code, double[] target, double[][] w, int sweeps) {
        double[] fit = fit(code, w);
        boolean changed = true;
        for (int sweep = 0; sweep < sweeps && changed; sweep++) {
            changed = false;
            for (int l = 0; l < code.length; l++) {
                double others = Rows.dot(fit, w[l]) - code[l] * Rows.dot(w[l], w[l]);
                double bit = Signs.of(target[l] - others);
                if (bit != code[l]) {
                    Rows.addScaled(fit, bit - code[l], w[l]);
                    code[l] = bit;
                    changed = true;
                }
            }
        }
    }

    /**
     * The codes of one mini-batch as the authors' code has them (liqi-casia/DSDH-HashingCode): W from the batch's own signs, then
     * sweeps from zeros. U (n, k), Y (n, c) → (n, k). Its rule to stop, ‖B − B₀‖ &lt; 1e-6 ‖B₀‖, holds when no bit
     * changed and only then. Departure: sgn(0) is +1 here and 0 there.
     */
    public double[][] batchCodes(double[][] u, double[][] y, int sweeps, LinearAlgebra algebra) {
        double[][] w = classifier(Signs.of(u), y, algebra);
        return descend(new double[u.length][w.length], w, y, u, sweeps);
    }

    /** b W: (k), (k, c) → (c). */
    private static double[] fit(double[] code, double[][] w) {
        double[] fit = new double[w[0].length];
        for (int l = 0; l < code.length; l++) {
            Rows.addScaled(fit, code[l], w[l]);
        }
        return fit;
    }

    private static double square(double x) {
        return x * x;
    }
}
