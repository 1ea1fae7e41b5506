package org.hashgrad.hashing.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.RandomKey;

/**
 * Stage 1 of CNNH (Xia, Pan, Lai, Liu, Yan, AAAI 2014): codes from labels alone. H (n, k) in [−1, 1] lowers, one entry at a time,
 * <pre>  f(H) = ‖H Hᵀ − k S‖² = k² ‖S − H Hᵀ / k‖²,   S (n, n) in ±1,   L = H Hᵀ − k S
 *   f(H + d e_i e_jᵀ) = f + g′ d + ½ g″ d² + 4 h_ij d³ + d⁴,   g′ = 4 L_i· H_·j,   g″ = 4 (‖H_·j‖² + h_ij² + L_ii) </pre>
 * d is the best of the Newton point −g′/g″, where g″ &gt; 0, and the two ends of the box −1 ≤ h_ij + d ≤ 1, and none if none lowers f:
 * near H = 0 g″ is negative and the plain Newton point a maximum. So f never rises.
 *
 * <p>Neither S nor L is stored. Samples with equal labels have equal rows of S, so with T_p the sum of the rows of H with labels p,
 * L_i· H = h_i (HᵀH) − k (2 Σ_{q ∼ p} T_q − Σ_q T_q), and an entry costs O(k + number of label sets similar to its own).
 */
public final class CnnhFactorization {
    private final int k;
    private final int[] patternOf;
    private final int[][] similarTo;
    private final boolean[] selfSimilar;
    private final double[][] h;
    private final double[][] gram;
    private final double[] total;
    /** Row p: Σ T_q over the label sets q similar to p, which is symmetric in p and q. */
    private final double[][] similarSums;

    /**
     * @param start H (n, k) within [−1, 1], copied
     * @throws IllegalArgumentException unless there is a row per label, within the box
     */
    public CnnhFactorization(Labels labels, double[][] start) {
        if (start.length != labels.count()) {
            throw new IllegalArgumentException("cnnh: " + start.length + " rows to start from for " + labels.count()
                    + " labels; need equally many");
        }
        k = start[0].length;
        h = Rows.copy(start);
        for (int i = 0; i < h.length; i++) {
            for (double value : h[i]) {
                if (!(Math.abs(value) <= 1)) {
                    throw new IllegalArgumentException(
                            "cnnh: row " + i + " to start from has " + value + "; need values in [-1, 1]");
                }
            }
        }
        int[] representative = representatives(labels);
        patternOf = patterns(labels, representative);
        similarTo = similarTo(labels, representative);
        selfSimilar = new boolean[representative.length];
        for (int p = 0; p < selfSimilar.length; p++) {
            selfSimilar[p] = labels.similar(representative[p], labels, representative[p]);
        }
        gram = LinearAlgebra.host().gram(h);
        total = new double[k];
        similarSums = new double[representative.length][k];
        for (int i = 0; i < h.length; i++) {
            for (int j = 0; j < k; j++) {
                addToSums(i, j, h[i][j]);
            }
        }
    }

    /** H (n, k) uniform in [−1, 1). */
    public static double[][] uniformStart(int n, int k, RandomKey key) {
        double[][] start = new double[n][k];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                start[i][j] = 2 * key.uniform((long) i * k + j) - 1;
            }
        }
        return start;
    }

    private static String pattern(Labels labels, int i) {
        StringBuilder own = new StringBuilder();
        for (int c = 0; c < labels.classes(); c++) {
            if (labels.has(i, c)) {
                own.append(c).append(' ');
            }
        }
        return own.toString();
    }

    /** One sample for each set of labels that occurs. */
    private static int[] representatives(Labels labels) {
        Map<String, Integer> first = new HashMap<>();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < labels.count(); i++) {
            if (first.putIfAbsent(pattern(labels, i), i) == null) {
                order.add(i);
            }
        }
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] patterns(Labels labels, int[] representative) {
        Map<String, Integer> number = new HashMap<>();
        for (int p = 0; p < representative.length; p++) {
            number.put(pattern(labels, representative[p]), p);
        }
        int[] patterns = new int[labels.count()];
        Arrays.setAll(patterns, i -> number.getOrDefault(pattern(labels, i), -1));
        return patterns;
    }

    private static int[][] similarTo(Labels labels, int[] representative) {
        int[][] similar = new int[representative.length][];
        for (int p = 0; p < similar.length; p++) {
            int own = representative[p];
            similar[p] = IntStream.range(0, representative.length)
                    .filter(q -> labels.similar(own, labels, representative[q]))
                    .toArray();
        }
        return similar;
    }

    private void addToSums(int i, int j, double d) {
        total[j] += d;
        for (int q : similarTo[patternOf[i]]) {
            similarSums[q][j] += d;
        }
    }

    /**
     * The first and second derivative of f in one entry.
     *
     * @param first g′
     * @param second g″, which may be negative
     */
    public record Derivatives(double first, double second) {}

    /** Of the entry h_ij. */
    public Derivatives derivatives(int i, int j) {
        int p = patternOf[i];
        double similarity = 2 * similarSums[p][j] - total[j];
        double diagonal = Rows.dot(h[i], h[i]) - (selfSimilar[p] ? k : -k);
        return new Derivatives(
                4 * (Rows.dot(h[i], gram[j]) - k * similarity), 4 * (gram[j][j] + h[i][j] * h[i][j] + diagonal));
    }

    /** Moves the entry h_ij if that lowers f; what f changes by, at most 0. */
    public double step(int i, int j) {
        Derivatives g = derivatives(i, j);
        double lowest = -1 - h[i][j];
        double highest = 1 - h[i][j];
        double best = 0;
        double gain = 0;
        double newton = g.second > 0 ? Math.min(highest, Math.max(lowest, -g.first / g.second)) : 0;
        for (double d : new double[] {newton, lowest, highest}) {
            double change = d * (g.first + d * (g.second / 2 + d * (4 * h[i][j] + d)));
            if (change < gain) {
                best = d;
                gain = change;
            }
        }
        move(i, j, best);
        return gain;
    }

    private void move(int i, int j, double step) {
        double moved = Math.min(1, Math.max(-1, h[i][j] + step));
        double d = moved - h[i][j];
        for (int l = 0; l < k; l++) {
            if (l != j) {
                gram[l][j] += d * h[i][l];
                gram[j][l] = gram[l][j];
            }
        }
        gram[j][j] += d * (2 * h[i][j] + d);
        h[i][j] = moved;
        addToSums(i, j, d);
    }

    /** One step for each entry, in an order drawn from {@code key}; what f changes by. */
    public double sweep(RandomKey key) {
        double change = 0;
        for (int entry : key.permutation(Math.multiplyExact(h.length, k))) {
            change += step(entry / k, entry % k);
        }
        return change;
    }

    /** f(H) = ‖HᵀH‖² − 2k Σ_p ⟨T_p, 2 Σ_{q ∼ p} T_q − Σ_q T_q⟩ + k² n² */
    public double objective() {
        double agreement = 0;
        for (int i = 0; i < h.length; i++) {
            for (int j = 0; j < k; j++) {
                agreement += h[i][j] * (2 * similarSums[patternOf[i]][j] - total[j]);
            }
        }
        double size = (double) k * h.length;
        return Rows.squaredNorm(gram) - 2 * k * agreement + size * size;
    }

    /** H (n, k), a copy. */
    public double[][] relaxed() {
        return Rows.copy(h);
    }

    /** sgn H (n, k) */
    public double[][] codes() {
        return Signs.of(h);
    }
}
