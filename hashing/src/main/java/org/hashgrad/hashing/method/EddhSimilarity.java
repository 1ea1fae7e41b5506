package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.hashgrad.hashing.step.AsymmetricNormal;
import org.hashgrad.hashing.step.AsymmetricNormalFit;
import org.hashgrad.hashing.step.CosineDistances;
import org.hashgrad.hashing.step.DistanceSample;
import org.hashgrad.hashing.step.LinearAlgebra;
import org.hashgrad.hashing.step.SemanticSimilarity;
import org.hashgrad.hashing.step.SimilaritySums;

/**
 * How {@link Eddh} builds its similarity: visual distances of random pairs, an asymmetric generalised normal fitted to them, its thresholds
 * ({@link SemanticSimilarity}), and the sums over all pairs.
 *
 * @param source VISUAL as in the paper; LABELS is the ablation Ŝ := S
 * @param zeta ζ of the distribution: 1, 2 or large in the paper
 * @param fit how; the paper's way is unknown
 * @param pairs drawn, half of them similar: 10 000 in the paper
 */
public record EddhSimilarity(Source source, double zeta, Fit fit, int pairs) {
    /** Where Ŝ comes from. */
    public enum Source {
        /** Labels and visual distances. */
        VISUAL,
        /** Labels alone. */
        LABELS
    }

    /** How the distribution is estimated. */
    public enum Fit {
        /** For any ζ. */
        MAXIMUM_LIKELIHOOD,
        /** For ζ = 2. */
        MOMENTS
    }

    private static final double[] SHAPES = {1, 2, AsymmetricNormal.NEARLY_UNIFORM};
    private static final int BINS = 60;

    /** @throws IllegalArgumentException unless ζ ≥ 1 is finite, 2 for moments, and there are two pairs of each kind */
    public EddhSimilarity {
        if (!(zeta >= 1) || Double.isInfinite(zeta) || (fit == Fit.MOMENTS && zeta != 2)) {
            throw new IllegalArgumentException(
                    "eddh: zeta is " + zeta + "; need a finite number >= 1, and 2 for the fit by moments");
        }
        if (pairs < 4) {
            throw new IllegalArgumentException("eddh: pairs is " + pairs + "; need >= 4");
        }
    }

    /** A split normal fitted to 10 000 pairs by maximum likelihood. */
    public static EddhSimilarity visual() {
        return new EddhSimilarity(Source.VISUAL, 2, Fit.MAXIMUM_LIKELIHOOD, 10_000);
    }

    /**
     * What was built.
     *
     * @param findings how, for a reader
     */
    record Built(SimilaritySums sums, Map<String, ?> findings) {}

    Built build(Training training) {
        if (source == Source.LABELS) {
            SimilaritySums sums = SimilaritySums.ofLabels(training.labels());
            return new Built(sums, Map.of("source", "labels", "cases", cases(sums.cases())));
        }
        double[][] features = Matrices.rows(training.features(), training.count());
        LinearAlgebra algebra = LinearAlgebra.on(training.backend());
        DistanceSample sample = DistanceSample.draw(
                new CosineDistances(features, algebra), training.labels(), pairs / 2, training.key("pairs"));
        double[] distances = sample.all();
        AsymmetricNormal law = fit == Fit.MOMENTS
                ? AsymmetricNormalFit.byMoments(distances)
                : AsymmetricNormalFit.maximumLikelihood(zeta, distances);
        SemanticSimilarity similarity = SemanticSimilarity.of(law, training.count());
        SimilaritySums sums = SimilaritySums.of(similarity, features, training.labels(), algebra);
        Map<String, Object> findings = new LinkedHashMap<>();
        findings.put("source", "visual");
        findings.put("features_of", training.pretrained() ? "classifier" : "untrained network");
        findings.put("features", features[0].length);
        findings.put("fit", described(law, distances));
        findings.put("likelihood_fits", likelihoodFits(distances));
        findings.put("alpha", similarity.alpha());
        findings.put("beta", similarity.beta());
        findings.put("cases", cases(sums.cases()));
        findings.put("histogram", histogram(sample));
        return new Built(sums, findings);
    }

    private List<Map<String, Double>> likelihoodFits(double[] distances) {
        TreeSet<Double> shapes = new TreeSet<>(List.of(zeta));
        Arrays.stream(SHAPES).forEach(shapes::add);
        List<Map<String, Double>> fits = new ArrayList<>();
        for (double shape : shapes) {
            fits.add(described(AsymmetricNormalFit.maximumLikelihood(shape, distances), distances));
        }
        return fits;
    }

    private static Map<String, Double> described(AsymmetricNormal law, double[] distances) {
        Map<String, Double> map = new LinkedHashMap<>();
        map.put("zeta", law.zeta());
        map.put("iota", law.iota());
        map.put("sigma_left", law.sigmaLeft());
        map.put("sigma_right", law.sigmaRight());
        map.put("log_likelihood_per_pair", law.logLikelihood(distances) / distances.length);
        return map;
    }

    private static Map<String, Long> cases(SimilaritySums.Cases cases) {
        Map<String, Long> map = new LinkedHashMap<>();
        map.put("fully_similar", cases.fullySimilar());
        map.put("partly_similar", cases.partlySimilar());
        map.put("partly_dissimilar", cases.partlyDissimilar());
        map.put("fully_dissimilar", cases.fullyDissimilar());
        return map;
    }

    private static Map<String, Object> histogram(DistanceSample sample) {
        double end = Arrays.stream(sample.all()).max().orElse(1);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("from", 0.0);
        map.put("to", end);
        map.put("similar", counts(DistanceSample.histogram(sample.similar(), BINS, end)));
        map.put("dissimilar", counts(DistanceSample.histogram(sample.dissimilar(), BINS, end)));
        return map;
    }

    private static List<Integer> counts(int[] histogram) {
        return Arrays.stream(histogram).boxed().toList();
    }
}
