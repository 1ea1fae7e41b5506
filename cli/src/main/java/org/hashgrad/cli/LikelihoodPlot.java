package org.hashgrad.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.hashgrad.hashing.method.Cmch.Likelihood;

/** The probability that a pair is similar by the Hamming distance of its codes of 64 bits: logistic, and Cauchy's for several γ. */
final class LikelihoodPlot {
    private static final int BITS = 64;
    private static final List<Double> SCALES = List.of(2.0, 10.0, 20.0, 50.0);

    private LikelihoodPlot() {}

    static void draw(Path file, PrintWriter err) {
        new OutputFile("--likelihoods", file).requireWritable(List.of());
        LineChart chart = new LineChart(
                "Probability that a pair is similar, " + BITS + " bits", "Hamming distance", "probability");
        curve(chart, "logistic", Likelihood.SIGMOID, 1);
        SCALES.forEach(gamma -> curve(chart, "Cauchy, γ = " + Math.round(gamma), Likelihood.CAUCHY, gamma));
        new Picture(file).draw(chart::png, err);
    }

    private static void curve(LineChart chart, String name, Likelihood likelihood, double gamma) {
        List<Double> distances =
                IntStream.rangeClosed(0, BITS).mapToObj(d -> (double) d).toList();
        chart.curve(
                name,
                distances,
                distances.stream()
                        .map(d -> likelihood.ofSimilar(d, gamma, BITS))
                        .toList());
    }
}
