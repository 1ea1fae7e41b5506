package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Fully connected layers in plain loops, forward and backward: x (n, d) → relu(x wᵀ + b) …, the last without relu where it says so. */
final class NaiveLayers {
    private final Map<String, double[]> values;
    private final List<String> layers;
    private final boolean reluAtTheEnd;
    private final List<double[][]> inputs = new ArrayList<>();
    private final List<double[][]> outputs = new ArrayList<>();

    /**
     * @param values of slots, by name
     * @param layers paths whose slots are {@code weight} and {@code bias}
     */
    NaiveLayers(Map<String, double[]> values, boolean reluAtTheEnd, String... layers) {
        this.values = values;
        this.layers = List.of(layers);
        this.reluAtTheEnd = reluAtTheEnd;
    }

    double[][] forward(double[][] x) {
        double[][] y = x;
        for (int l = 0; l < layers.size(); l++) {
            double[] w = value(layers.get(l) + ".weight");
            double[] b = value(layers.get(l) + ".bias");
            boolean relu = reluAtTheEnd || l < layers.size() - 1;
            double[][] next = new double[y.length][b.length];
            for (int i = 0; i < y.length; i++) {
                for (int o = 0; o < b.length; o++) {
                    double sum = b[o];
                    for (int k = 0; k < y[i].length; k++) {
                        sum += w[o * y[i].length + k] * y[i][k];
                    }
                    next[i][o] = relu ? Math.max(0, sum) : sum;
                }
            }
            inputs.add(y);
            outputs.add(next);
            y = next;
        }
        return y;
    }

    /** Adds to {@code gradients} what {@code slope}, the loss's by the last forward's result, gives; returns the slope by its input. */
    double[][] backward(double[][] slope, Map<String, double[]> gradients) {
        double[][] gy = slope;
        for (int l = layers.size() - 1; l >= 0; l--) {
            boolean relu = reluAtTheEnd || l < layers.size() - 1;
            double[][] x = inputs.remove(inputs.size() - 1);
            double[][] y = outputs.remove(outputs.size() - 1);
            double[] w = value(layers.get(l) + ".weight");
            int width = x[0].length;
            double[] gw = gradients.computeIfAbsent(layers.get(l) + ".weight", k -> new double[w.length]);
            double[] gb = gradients.computeIfAbsent(layers.get(l) + ".bias", k -> new double[w.length / width]);
            double[][] gx = new double[x.length][width];
            for (int i = 0; i < x.length; i++) {
                for (int o = 0; o < gb.length; o++) {
                    double g = relu && y[i][o] <= 0 ? 0 : gy[i][o];
                    gb[o] += g;
                    for (int k = 0; k < width; k++) {
                        gw[o * width + k] += g * x[i][k];
                        gx[i][k] += g * w[o * width + k];
                    }
                }
            }
            gy = gx;
        }
        return gy;
    }

    private double[] value(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }
}
