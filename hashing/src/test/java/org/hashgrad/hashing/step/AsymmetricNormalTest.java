package org.hashgrad.hashing.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.apache.commons.math3.analysis.integration.IterativeLegendreGaussIntegrator;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.hashgrad.hashing.loss.Golden;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsymmetricNormalTest {
    private static final double IOTA = 0.62;
    private static final double LEFT = 0.17;
    private static final double RIGHT = 0.08;

    /** Samples by inverting the two halves: a side is left with probability σ_l/(σ_l + σ_r), (|x − ι|/τ)^ζ is Gamma(1/ζ). */
    private static double[] draw(AsymmetricNormal law, int count, long seed) {
        GammaDistribution power = new GammaDistribution(1 / law.zeta(), 1);
        RandomKey key = RandomKey.of(seed);
        double[] samples = new double[count];
        for (int i = 0; i < count; i++) {
            boolean left = key.split("side").uniform(i) < law.sigmaLeft() / (law.sigmaLeft() + law.sigmaRight());
            double probability = (key.split("distance").bits(i) >>> 11) * 0x1p-53;
            double distance = Math.pow(power.inverseCumulativeProbability(probability), 1 / law.zeta());
            samples[i] = law.iota() + (left ? -law.tauLeft() : law.tauRight()) * distance;
        }
        return samples;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 2, 3, AsymmetricNormal.NEARLY_UNIFORM})
    void theDensityIntegratesToOne(double zeta) {
        AsymmetricNormal law = new AsymmetricNormal(zeta, 0.3, 1.2, 2.1);
        IterativeLegendreGaussIntegrator rule = new IterativeLegendreGaussIntegrator(20, 1e-12, 1e-12);
        double left = rule.integrate(1 << 20, law::density, 0.3 - 40 * 1.2, Math.nextDown(0.3));
        double right = rule.integrate(1 << 20, law::density, 0.3, 0.3 + 40 * 2.1);
        assertEquals(1, left + right, 1e-9);
        assertEquals(law.sigmaLeft() / (law.sigmaLeft() + law.sigmaRight()), left, 1e-9);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 2, AsymmetricNormal.NEARLY_UNIFORM})
    void sigmaIsTheRootMeanSquareDistanceOfASide(double zeta) {
        AsymmetricNormal law = new AsymmetricNormal(zeta, 0, 1.2, 2.1);
        IterativeLegendreGaussIntegrator rule = new IterativeLegendreGaussIntegrator(20, 1e-12, 1e-12);
        double mass = rule.integrate(1 << 20, law::density, 0, 40 * 2.1);
        double second = rule.integrate(1 << 20, x -> x * x * law.density(x), 0, 40 * 2.1);
        assertEquals(2.1 * 2.1, second / mass, 1e-8);
    }

    @Test
    void shapeTwoIsTheSplitNormal() {
        AsymmetricNormal law = new AsymmetricNormal(2, 0.3, 1.2, 2.1);
        assertEquals(1.2 * Math.sqrt(2), law.tauLeft(), 1e-14);
        for (double x = -5; x < 8; x += 0.1) {
            double s = x < 0.3 ? 1.2 : 2.1;
            double splitNormal = Math.sqrt(2 / Math.PI) / (1.2 + 2.1) * Math.exp(-(x - 0.3) * (x - 0.3) / (2 * s * s));
            assertEquals(splitNormal, law.density(x), 1e-14);
        }
    }

    @Test
    void shapeOneIsLaplaceAndALargeShapeIsNearlyFlat() {
        AsymmetricNormal laplace = new AsymmetricNormal(1, 0, Math.sqrt(2), Math.sqrt(2));
        assertEquals(0.5 * Math.exp(-1.7), laplace.density(1.7), 1e-15);
        AsymmetricNormal flat = new AsymmetricNormal(AsymmetricNormal.NEARLY_UNIFORM, 0, 1, 1);
        assertEquals(1, flat.density(0.8 * flat.tauRight()) / flat.density(0), 0.03);
        assertEquals(1 / Math.sqrt(3), 1 / flat.tauRight(), 0.03 / Math.sqrt(3));
        assertTrue(flat.density(1.2 * flat.tauRight()) < 1e-6);
    }

    /** 41 exact quantiles, rounded to six digits, of the split normal (0.62, 0.17, 0.08). */
    @Test
    void splitNormalOfExactQuantilesHasTheGoldenFit() {
        AsymmetricNormal fit = AsymmetricNormalFit.maximumLikelihood(2, Golden.vector("SplitNormal.x"));
        double[] golden = Golden.vector("SplitNormal.fit");
        assertEquals(golden[0], fit.iota(), 1e-8);
        assertEquals(golden[1], fit.sigmaLeft(), 1e-8);
        assertEquals(golden[2], fit.sigmaRight(), 1e-8);
    }

    /** Nine values whose unrestricted optimum has ι at the largest and σ_r = 0. */
    @Test
    void aDegenerateOptimumIsKeptBetweenTheFiveAndNinetyFivePercentQuantiles() {
        double[] x = Golden.vector("SplitNormal.degenerate_x");
        AsymmetricNormal fit = AsymmetricNormalFit.maximumLikelihood(2, x);
        double[] golden = Golden.vector("SplitNormal.degenerate_fit_q05_q95");
        assertEquals(golden[0], fit.iota(), 1e-8);
        assertEquals(golden[1], fit.sigmaLeft(), 1e-8);
        assertEquals(golden[2], fit.sigmaRight(), 1e-8);
        double[] skewed = new double[1000];
        Arrays.setAll(skewed, i -> Math.exp(0.01 * i));
        for (double zeta : new double[] {1, 2, AsymmetricNormal.NEARLY_UNIFORM}) {
            AsymmetricNormal ofSkewed = AsymmetricNormalFit.maximumLikelihood(zeta, skewed);
            assertTrue(ofSkewed.iota() >= skewed[49] && ofSkewed.iota() <= skewed[950], ofSkewed.toString());
        }
    }

    @Test
    void ofSamplesTiedAtTheirLeastValueTheLeftSigmaIsPositive() {
        double[] tied = new double[100];
        Arrays.setAll(tied, i -> i < 50 ? 0.25 : 0.25 + 0.001 * i);
        for (double zeta : new double[] {1, 2, 4}) {
            AsymmetricNormal fit = AsymmetricNormalFit.maximumLikelihood(zeta, tied);
            assertEquals(0.25, fit.iota(), 1e-12);
            assertEquals(1e-6 * 0.099, fit.sigmaLeft(), 1e-12);
            assertTrue(fit.sigmaRight() > 0.01);
        }
    }

    /** The standard errors of 10 000 samples are near σ/100; 0.02 is what the reconstruction of the paper's fit asks of ζ = 2. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 2, 4, AsymmetricNormal.NEARLY_UNIFORM})
    void maximumLikelihoodRecoversTheLawOfTenThousandSamples(double zeta) {
        AsymmetricNormal fit = AsymmetricNormalFit.maximumLikelihood(
                zeta, draw(new AsymmetricNormal(zeta, IOTA, LEFT, RIGHT), 10_000, 3));
        assertEquals(IOTA, fit.iota(), 0.02);
        assertEquals(LEFT, fit.sigmaLeft(), 0.02);
        assertEquals(RIGHT, fit.sigmaRight(), 0.02);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 2, 4, AsymmetricNormal.NEARLY_UNIFORM})
    void noNearbyLawWithinTheQuantilesIsMoreLikely(double zeta) {
        for (int seed = 0; seed < 20; seed++) {
            double[] x = draw(new AsymmetricNormal(zeta, IOTA, LEFT, RIGHT), 500, seed);
            AsymmetricNormal fit = AsymmetricNormalFit.maximumLikelihood(zeta, x);
            double likelihood = fit.logLikelihood(x);
            double[] sorted = x.clone();
            Arrays.sort(sorted);
            for (double shift : new double[] {-0.003, -1e-5, 0, 1e-5, 0.003}) {
                for (double left : new double[] {-0.01, 0, 0.01}) {
                    for (double right : new double[] {-0.01, 0, 0.01}) {
                        AsymmetricNormal other = new AsymmetricNormal(
                                zeta, fit.iota() + shift, fit.sigmaLeft() * (1 + left), fit.sigmaRight() * (1 + right));
                        boolean inside = other.iota() >= sorted[25] && other.iota() <= sorted[474];
                        assertTrue(!inside || other.logLikelihood(x) <= likelihood + 1e-6, fit + " against " + other);
                    }
                }
            }
        }
    }

    /** The scan by prefix sums against the definition of the likelihood on a fine grid of modes. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 2})
    void theScanFindsTheGlobalOptimum(double zeta) {
        for (int seed = 0; seed < 20; seed++) {
            double[] x = draw(new AsymmetricNormal(zeta, IOTA, LEFT, RIGHT), 60, seed);
            AsymmetricNormal fit = AsymmetricNormalFit.maximumLikelihood(zeta, x);
            double[] sorted = x.clone();
            Arrays.sort(sorted);
            double cost = cost(x, zeta, fit.iota());
            double from = sorted[2] + 0.95 * (sorted[3] - sorted[2]);
            double to = sorted[56] + 0.05 * (sorted[57] - sorted[56]);
            for (int step = 0; step <= 2000; step++) {
                double t = from + (to - from) * step / 2000;
                assertTrue(cost <= cost(x, zeta, t) * (1 + 1e-12), "seed " + seed + ", mode " + t + " beats " + fit);
            }
        }
    }

    private static double cost(double[] x, double zeta, double t) {
        double left = 0;
        double right = 0;
        for (double value : x) {
            double power = Math.pow(Math.abs(value - t), zeta);
            left += value < t ? power : 0;
            right += value < t ? 0 : power;
        }
        return Math.pow(left, 1 / (zeta + 1)) + Math.pow(right, 1 / (zeta + 1));
    }

    @Test
    void theMomentFitHasTheSamplesMoments() {
        double[] x = draw(new AsymmetricNormal(2, IOTA, LEFT, RIGHT), 10_000, 5);
        AsymmetricNormal fit = AsymmetricNormalFit.byMoments(x);
        assertEquals(IOTA, fit.iota(), 0.03);
        assertEquals(LEFT, fit.sigmaLeft(), 0.03);
        assertEquals(RIGHT, fit.sigmaRight(), 0.03);
        double c = Math.sqrt(2 / Math.PI);
        double d = fit.sigmaRight() - fit.sigmaLeft();
        double product = fit.sigmaLeft() * fit.sigmaRight();
        double mean = Arrays.stream(x).average().orElseThrow();
        double variance =
                Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        double third =
                Arrays.stream(x).map(v -> Math.pow(v - mean, 3)).average().orElseThrow();
        assertEquals(mean, fit.iota() + c * d, 1e-12);
        assertEquals(variance, (1 - 2 / Math.PI) * d * d + product, 1e-12);
        assertEquals(third, c * d * ((4 / Math.PI - 1) * d * d + product), 1e-12);
    }

    @Test
    void aFitNeedsFiniteSamplesThatDiffer() {
        assertEquals(
                "distribution fit: 3 samples have range 0.0; need finite samples that are not all equal",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> AsymmetricNormalFit.maximumLikelihood(2, 0.5, 0.5, 0.5))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> AsymmetricNormalFit.byMoments());
        assertThrows(IllegalArgumentException.class, () -> AsymmetricNormalFit.byMoments(0, Double.NaN, 1));
        assertEquals(
                "distribution fit: zeta is 0.5; need a finite number >= 1",
                assertThrows(IllegalArgumentException.class, () -> AsymmetricNormalFit.maximumLikelihood(0.5, 0, 1))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new AsymmetricNormal(2, 0, 0, 1));
    }
}
