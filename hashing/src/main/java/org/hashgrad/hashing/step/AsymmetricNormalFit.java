package org.hashgrad.hashing.step;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/**
 * Estimates an {@link AsymmetricNormal} of known ζ from samples. For a candidate mode t
 * <pre>  S_l = Σ_{x &lt; t} (t − x)^ζ,  S_r = Σ_{x ≥ t} (x − t)^ζ,  a = S_l^{1/(ζ+1)},  b = S_r^{1/(ζ+1)}
 *   the likelihood is greatest at τ_l = a c, τ_r = b c with c^ζ = ζ (a + b) / N,  and falls as g(t) = a + b rises. </pre>
 * So ι minimises g. For ζ = 1 that is at a sample (g is concave between two) and for ζ = 2 beside one: prefix sums over the sorted
 * samples give every g. Other ζ scan a grid. For ζ &gt; 1 the root of g′ next to the best candidate ends the search.
 *
 * <p>Small or strongly skewed samples have their optimum at an end, with one σ = 0. Therefore ι stays within the 5 % and 95 %
 * quantiles, and a σ below 10⁻⁶ of the samples' range is raised to it.
 */
public final class AsymmetricNormalFit {
    private static final double LOWEST_QUANTILE = 0.05;
    private static final double HIGHEST_QUANTILE = 0.95;
    private static final double LEAST_SIGMA = 1e-6;
    private static final int GRID = 256;

    private final double zeta;
    private final double[] x;
    private final double origin;
    private final double range;
    private final double lowest;
    private final double highest;

    private AsymmetricNormalFit(double zeta, double[] samples) {
        this.zeta = zeta;
        this.x = samples.clone();
        Arrays.sort(x);
        this.origin = x.length == 0 ? 0 : x[0];
        this.range = x.length == 0 ? 0 : x[x.length - 1] - origin;
        if (!(range > 0 && Double.isFinite(range))) {
            throw new IllegalArgumentException("distribution fit: " + x.length + " samples have range " + range
                    + "; need finite samples that are not all equal");
        }
        for (int i = 0; i < x.length; i++) {
            x[i] = (x[i] - origin) / range;
        }
        this.lowest = quantile(LOWEST_QUANTILE);
        this.highest = quantile(HIGHEST_QUANTILE);
    }

    /**
     * The most likely distribution of shape ζ.
     *
     * @throws IllegalArgumentException unless ζ ≥ 1 is finite and the samples are finite and not all equal
     */
    public static AsymmetricNormal maximumLikelihood(double zeta, double... samples) {
        if (!(zeta >= 1 && Double.isFinite(zeta))) {
            throw new IllegalArgumentException("distribution fit: zeta is " + zeta + "; need a finite number >= 1");
        }
        return new AsymmetricNormalFit(zeta, samples).mostLikely();
    }

    /**
     * The split normal (ζ = 2) with the samples' mean, variance and third central moment m₃, where it has one, else the nearest skewness.
     * <pre>  d = σ_r − σ_l solves √(2/π) d (var + (6/π − 2) d²) = m₃,  σ_l σ_r = var − (1 − 2/π) d²,  ι = mean − √(2/π) d </pre>
     *
     * @throws IllegalArgumentException unless the samples are finite and not all equal
     */
    public static AsymmetricNormal byMoments(double... samples) {
        AsymmetricNormalFit fit = new AsymmetricNormalFit(2, samples);
        double mean = Arrays.stream(fit.x).average().orElseThrow();
        double variance = fit.centralMoment(2, mean);
        double third = fit.centralMoment(3, mean);
        double root = Math.sqrt(2 / Math.PI);
        double bound = Math.sqrt(variance / (1 - 2 / Math.PI));
        double low = -bound;
        double high = bound;
        while (true) {
            double d = (low + high) / 2;
            if (d <= low || d >= high) {
                break;
            }
            if (root * d * (variance + (6 / Math.PI - 2) * d * d) < third) {
                low = d;
            } else {
                high = d;
            }
        }
        double product = Math.max(0, variance - (1 - 2 / Math.PI) * high * high);
        double sum = Math.sqrt(high * high + 4 * product);
        return fit.scaled(mean - root * high, (sum - high) / 2, (sum + high) / 2);
    }

    private double centralMoment(int order, double mean) {
        return Arrays.stream(x).map(value -> Math.pow(value - mean, order)).sum() / x.length;
    }

    /** With linear interpolation between order statistics. */
    private double quantile(double share) {
        double position = share * (x.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, x.length - 1);
        return x[below] + (position - below) * (x[above] - x[below]);
    }

    private AsymmetricNormal mostLikely() {
        double[] candidates = zeta == 1 || zeta == 2 ? samplesInside() : grid();
        double[] costs = zeta == 1 || zeta == 2 ? costsByPrefixSums(candidates) : costs(candidates);
        int best = 0;
        for (int i = 1; i < costs.length; i++) {
            best = costs[i] < costs[best] ? i : best;
        }
        double t = candidates[best];
        if (zeta > 1) {
            double below = candidates[Math.max(best - 1, 0)];
            double above = candidates[Math.min(best + 1, candidates.length - 1)];
            if (slope(below) < 0 && slope(above) > 0) {
                double root = new BrentSolver(1e-15, 1e-15).solve(200, this::slope, below, above);
                t = cost(root) <= cost(t) ? root : t;
            }
        }
        double a = Math.pow(left(t, zeta), 1 / (zeta + 1));
        double b = Math.pow(right(t, zeta), 1 / (zeta + 1));
        double sigma = AsymmetricNormal.sigmaPerTau(zeta) * Math.pow(zeta * (a + b) / x.length, 1 / zeta);
        return scaled(t, a * sigma, b * sigma);
    }

    private AsymmetricNormal scaled(double iota, double sigmaLeft, double sigmaRight) {
        return new AsymmetricNormal(
                zeta,
                origin + range * iota,
                range * Math.max(LEAST_SIGMA, sigmaLeft),
                range * Math.max(LEAST_SIGMA, sigmaRight));
    }

    /** The ends of the window and the samples between them, ascending. */
    private double[] samplesInside() {
        return DoubleStream.concat(
                        DoubleStream.of(lowest, highest),
                        Arrays.stream(x).filter(value -> value > lowest && value < highest))
                .sorted()
                .toArray();
    }

    private double[] grid() {
        double[] points = new double[GRID + 1];
        Arrays.setAll(points, i -> lowest + (highest - lowest) * i / GRID);
        return points;
    }

    private double[] costs(double[] candidates) {
        return Arrays.stream(candidates).map(this::cost).toArray();
    }

    /** g at ascending candidates for ζ of 1 or 2, in one pass. */
    private double[] costsByPrefixSums(double[] candidates) {
        double[] costs = new double[candidates.length];
        double sumBelow = 0;
        double squaresBelow = 0;
        double sumAbove = Arrays.stream(x).sum();
        double squaresAbove = Arrays.stream(x).map(value -> value * value).sum();
        int below = 0;
        for (int i = 0; i < candidates.length; i++) {
            double t = candidates[i];
            for (; below < x.length && x[below] < t; below++) {
                sumBelow += x[below];
                sumAbove -= x[below];
                squaresBelow += x[below] * x[below];
                squaresAbove -= x[below] * x[below];
            }
            int above = x.length - below;
            double left = zeta == 1 ? below * t - sumBelow : squaresBelow - 2 * t * sumBelow + below * t * t;
            double right = zeta == 1 ? sumAbove - above * t : squaresAbove - 2 * t * sumAbove + above * t * t;
            costs[i] = rootOf(Math.max(left, 0)) + rootOf(Math.max(right, 0));
        }
        return costs;
    }

    private double rootOf(double sum) {
        return Math.pow(sum, 1 / (zeta + 1));
    }

    /** g(t) */
    private double cost(double t) {
        return rootOf(left(t, zeta)) + rootOf(right(t, zeta));
    }

    /** g′(t) up to the factor ζ / (ζ + 1) */
    private double slope(double t) {
        return share(left(t, zeta)) * left(t, zeta - 1) - share(right(t, zeta)) * right(t, zeta - 1);
    }

    private double share(double sum) {
        return sum == 0 ? 0 : Math.pow(sum, -zeta / (zeta + 1));
    }

    private double left(double t, double power) {
        double sum = 0;
        for (int i = 0; i < x.length && x[i] < t; i++) {
            sum += Math.pow(t - x[i], power);
        }
        return sum;
    }

    private double right(double t, double power) {
        double sum = 0;
        for (int i = x.length - 1; i >= 0 && x[i] >= t; i--) {
            sum += Math.pow(x[i] - t, power);
        }
        return sum;
    }
}
