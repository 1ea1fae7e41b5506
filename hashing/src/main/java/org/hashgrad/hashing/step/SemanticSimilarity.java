package org.hashgrad.hashing.step;

/**
 * The semantic–visual similarity ŝ of a pair, from its labels and the distance D of its visual features (EDDH; Yang, Raymond, Sun, Long,
 * IPM 2021), for n training samples.
 * <pre>  s = +1:  ŝ = 1 + ℓ(log((α + 1/n) / (D + 1/n))),        s = −1:  ŝ = −1 − ℓ(log((D + 1/n) / (β + 1/n))),    ℓ(x) = min(max(x, 0), 1)
 *   α = e (ι − σ_l),  β = (ι + σ_r) / e                    so 1 ≤ |ŝ| ≤ 2, and 2 is reached one σ from the mode ι </pre>
 *
 * @param alpha α &gt; 0, the distance from which a similar pair is only partly similar (ŝ = 1)
 * @param beta β &gt; 0, the distance up to which a dissimilar pair is only partly dissimilar (ŝ = −1)
 * @param n &gt; 0
 */
public record SemanticSimilarity(double alpha, double beta, int n) {
    private static final double LEAST_THRESHOLD = 1e-3;

    /** @throws IllegalArgumentException unless α, β and n are positive and finite */
    public SemanticSimilarity {
        if (!(alpha > 0 && beta > 0 && n > 0 && Double.isFinite(alpha + beta))) {
            throw new IllegalArgumentException(
                    "semantic similarity: alpha is " + alpha + ", beta " + beta + ", n " + n + "; need finite, > 0");
        }
    }

    /** The thresholds of a distribution of distances; one below 10⁻³ (a mode closer to 0 than σ_l) is raised to it. */
    public static SemanticSimilarity of(AsymmetricNormal distances, int n) {
        return new SemanticSimilarity(
                Math.max(LEAST_THRESHOLD, (distances.iota() - distances.sigmaLeft()) * Math.E),
                Math.max(LEAST_THRESHOLD, (distances.iota() + distances.sigmaRight()) / Math.E),
                n);
    }

    /** ŝ of a pair at distance D ≥ 0. */
    public double of(boolean similar, double distance) {
        double smoothing = 1.0 / n;
        return similar
                ? 1 + ramp(alpha + smoothing, distance + smoothing)
                : -1 - ramp(distance + smoothing, beta + smoothing);
    }

    /** ℓ(log(above / below)); the logarithm is taken only on the ramp. */
    private static double ramp(double above, double below) {
        if (above <= below) {
            return 0;
        }
        return above >= Math.E * below ? 1 : Math.log(above / below);
    }
}
