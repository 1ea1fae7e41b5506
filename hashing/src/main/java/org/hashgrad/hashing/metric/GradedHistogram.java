package org.hashgrad.hashing.metric;

import org.hashgrad.hashing.data.DataException;

/**
 * One query's ranking with graded relevance: counts[d · grades + s] items at distance group d that share s labels with the query. The binary
 * ranking, in which one shared label is enough, is {@link #ranking}.
 *
 * <p>Below, N, R, G are items, relevant items and Σ grades before a group, n, r, g those in it. Measures are means over all orders of ties.
 *
 * @param counts (groups, grades), row-major, kept without a copy
 * @param grades number of grades, 0 … grades − 1
 */
public record GradedHistogram(int[] counts, int grades) {

    /** @throws DataException if the length is no multiple of {@code grades}, or there are fewer than 2 grades */
    public GradedHistogram {
        if (grades < 2 || counts.length == 0 || counts.length % grades != 0) {
            throw new DataException("graded ranking: " + counts.length + " counts for " + grades
                    + " grades; need at least 2 grades and a multiple of them");
        }
    }

    /** The same with an item relevant from grade 1 on. */
    public RankingHistogram ranking() {
        int[] total = new int[counts.length / grades];
        int[] relevant = new int[total.length];
        for (int at = 0; at < counts.length; at++) {
            total[at / grades] += counts[at];
            relevant[at / grades] += at % grades == 0 ? 0 : counts[at];
        }
        return new RankingHistogram(total, relevant);
    }

    /**
     * ACG@N = (1/N) Σ_{i≤N} s_i, the mean number of shared labels of the first N; N even if there are fewer items.
     *
     * @throws DataException if N is not positive
     */
    public double averageCumulativeGain(int topN) {
        requirePositive(topN);
        double sum = 0;
        long before = 0;
        for (int d = 0; d < counts.length / grades && before < topN; d++) {
            long n = 0;
            double gain = 0;
            for (int s = 0; s < grades; s++) {
                n += counts[d * grades + s];
                gain += (double) s * counts[d * grades + s];
            }
            sum += n == 0 ? 0 : gain * Math.min(n, topN - before) / n;
            before += n;
        }
        return sum / topN;
    }

    /**
     * NDCG@N = DCG@N / DCG@N of the order by falling grade, DCG@N = Σ_{i≤N} (2^{s_i} − 1) / log₂(1 + i) (Järvelin, Kekäläinen 2002, with the exponential
     * gain); 0 without relevant items.
     *
     * @throws DataException if N is not positive
     */
    public double normalizedDiscountedGain(int topN) {
        requirePositive(topN);
        double sum = 0;
        long before = 0;
        long[] all = new long[grades];
        for (int d = 0; d < counts.length / grades; d++) {
            long n = 0;
            double gain = 0;
            for (int s = 0; s < grades; s++) {
                int count = counts[d * grades + s];
                n += count;
                all[s] += count;
                gain += gain(s) * count;
            }
            sum += gain == 0 ? 0 : gain / n * discounts(before, Math.min(topN, before + n));
            before += n;
        }
        double ideal = 0;
        long placed = 0;
        for (int s = grades - 1; s > 0; s--) {
            ideal += gain(s) * discounts(placed, Math.min(topN, placed + all[s]));
            placed += all[s];
        }
        return ideal == 0 ? 0 : sum / ideal;
    }

    /**
     * Weighted AP = (1/R) Σ_i [s_i > 0] (1/i) Σ_{j≤i} s_j (Zhao, Huang, Wang, Tan, CVPR 2015); tie-averaged
     * (1/R) Σ_g Σ_{t=1..n} [ (r G + g)/n + (t − 1) g (r − 1) / (n (n − 1)) ] / (N + t). With one grade it is AP.
     */
    public double weightedAveragePrecision() {
        double sum = 0;
        long before = 0;
        long relevantBefore = 0;
        double gainBefore = 0;
        for (int d = 0; d < counts.length / grades; d++) {
            long n = 0;
            long r = 0;
            double gain = 0;
            for (int s = 0; s < grades; s++) {
                int count = counts[d * grades + s];
                n += count;
                r += s == 0 ? 0 : count;
                gain += (double) s * count;
            }
            if (r > 0) {
                double slope = n > 1 ? gain * (r - 1) / n / (n - 1) : 0;
                sum += RankSums.overRanks((r * gainBefore + gain) / n, slope, before, n);
            }
            before += n;
            relevantBefore += r;
            gainBefore += gain;
        }
        return relevantBefore == 0 ? 0 : sum / relevantBefore;
    }

    private static final double LN2 = Math.log(2);

    private static double gain(int grade) {
        return Math.scalb(1.0, grade) - 1;
    }

    /** Σ 1 / log₂(1 + i) over the ranks after {@code from} up to {@code to}. */
    private static double discounts(long from, long to) {
        double sum = 0;
        for (long i = from + 1; i <= to; i++) {
            sum += LN2 / Math.log1p((double) i);
        }
        return sum;
    }

    private static void requirePositive(int topN) {
        if (topN < 1) {
            throw new DataException("graded ranking: N is " + topN + "; need N >= 1");
        }
    }
}
