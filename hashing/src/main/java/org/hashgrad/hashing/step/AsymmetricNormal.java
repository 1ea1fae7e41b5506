package org.hashgrad.hashing.step;

import org.apache.commons.math3.special.Gamma;

/**
 * Asymmetric generalised normal distribution, the model of EDDH for visual distances (Yang, Raymond, Sun, Long, IPM 2021).
 * <pre>  f(x) = ζ / ((τ_l + τ_r) Γ(1/ζ)) · exp(−(|x − ι| / τ)^ζ),     τ = τ_l for x &lt; ι, else τ_r
 *   σ = τ √(Γ(3/ζ) / Γ(1/ζ)) </pre>
 * ζ = 1 is Laplace, ζ = 2 the split normal (σ = τ/√2), ζ → ∞ uniform. The density is written in τ, thresholds in σ: not the same.
 * {@link AsymmetricNormalFit} estimates it.
 *
 * @param zeta ζ ≥ 1
 * @param iota ι, the mode
 * @param sigmaLeft σ_l &gt; 0
 * @param sigmaRight σ_r &gt; 0
 */
public record AsymmetricNormal(double zeta, double iota, double sigmaLeft, double sigmaRight) {
    /** A ζ that is nearly uniform: σ/τ is within 3 % of the limit 1/√3. */
    public static final double NEARLY_UNIFORM = 16;

    /** @throws IllegalArgumentException unless ζ ≥ 1, σ_l, σ_r &gt; 0 and all are finite */
    public AsymmetricNormal {
        if (!(zeta >= 1 && sigmaLeft > 0 && sigmaRight > 0) || !Double.isFinite(zeta + iota + sigmaLeft + sigmaRight)) {
            throw new IllegalArgumentException("asymmetric normal: zeta is " + zeta + ", iota " + iota + ", sigmas "
                    + sigmaLeft + " and " + sigmaRight + "; need finite numbers, zeta >= 1, sigmas > 0");
        }
    }

    /** σ/τ = √(Γ(3/ζ) / Γ(1/ζ)) */
    static double sigmaPerTau(double zeta) {
        return Math.exp((Gamma.logGamma(3 / zeta) - Gamma.logGamma(1 / zeta)) / 2);
    }

    /** τ_l */
    public double tauLeft() {
        return sigmaLeft / sigmaPerTau(zeta);
    }

    /** τ_r */
    public double tauRight() {
        return sigmaRight / sigmaPerTau(zeta);
    }

    /** log f(x) */
    public double logDensity(double x) {
        double tauLeft = tauLeft();
        double tauRight = tauRight();
        double distance = Math.abs(x - iota) / (x < iota ? tauLeft : tauRight);
        return Math.log(zeta / (tauLeft + tauRight)) - Gamma.logGamma(1 / zeta) - Math.pow(distance, zeta);
    }

    /** f(x) */
    public double density(double x) {
        return Math.exp(logDensity(x));
    }

    /** Σ_i log f(x_i) */
    public double logLikelihood(double... samples) {
        double sum = 0;
        for (double x : samples) {
            sum += logDensity(x);
        }
        return sum;
    }
}
