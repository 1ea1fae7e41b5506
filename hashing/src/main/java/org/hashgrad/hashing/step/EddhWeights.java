package org.hashgrad.hashing.step;

/**
 * The weights of EDDH's objective ({@link EddhSteps}). V Vᵀ and P Pᵀ grow like n, so only μ/n and (γ + ρ)/n matter in the P- and
 * A-steps; only μ : λ matters to the network and λ : γ to the codes. The paper's values are unknown.
 *
 * @param lambda λ ≥ 0 of ‖F − B‖²
 * @param mu μ &gt; 0 of ‖P − F‖²
 * @param gamma γ &gt; 0 of ‖B − V‖²
 * @param rho ρ ≥ 0 of the regulariser
 * @param regularizer what ρ weighs
 */
public record EddhWeights(double lambda, double mu, double gamma, double rho, Regularizer regularizer) {
    /** What keeps A small. */
    public enum Regularizer {
        /** ρ‖AᵀY‖², as the paper's slides print it. */
        CODES,
        /** ρ‖A‖², the usual ridge; its A-step is a Sylvester equation. */
        PROJECTION
    }

    /** @throws IllegalArgumentException unless λ, ρ ≥ 0, μ, γ &gt; 0, all finite */
    public EddhWeights {
        if (!(lambda >= 0 && mu > 0 && gamma > 0 && rho >= 0 && Double.isFinite(lambda + mu + gamma + rho))) {
            throw new IllegalArgumentException("eddh: lambda is " + lambda + ", mu " + mu + ", gamma " + gamma
                    + ", rho " + rho + "; need finite, lambda, rho >= 0, mu, gamma > 0");
        }
    }
}
