package org.hashgrad.hashing.metric;

import org.hashgrad.hashing.data.DataException;

/**
 * One query's ranking of a database by Hamming distance, as counts per distance 0 … k. Every measure that does not ask for
 * an order within equal distances follows from it exactly.
 *
 * <p>Below, g runs over the distances in ascending order; n_g and r_g are the items and the relevant items at distance g, N_g and
 * R_g those at smaller distances, R = Σ_g r_g. Average precision is AP = (1/R) Σ over relevant items of (relevant up to and
 * including its rank) / rank. A query without relevant items has AP 0 in every form.
 *
 * @param total n_g, items at each distance
 * @param relevant r_g, relevant items at each distance
 */
public record RankingHistogram(int[] total, int[] relevant) {

    /**
     * Keeps the arrays without a copy.
     *
     * @throws DataException if the lengths differ or a distance has more relevant items than items
     */
    public RankingHistogram {
        if (total.length != relevant.length || total.length == 0) {
            throw new DataException("ranking: total and relevant have lengths " + total.length + " and "
                    + relevant.length + "; need equal lengths >= 1");
        }
        for (int d = 0; d < total.length; d++) {
            if (relevant[d] < 0 || relevant[d] > total[d]) {
                throw new DataException("ranking: at distance " + d + " " + relevant[d] + " of " + total[d]
                        + " items are relevant; need 0 to " + total[d]);
            }
        }
    }

    /** A ranking by ascending real distance, one group for each run of equal distances. */
    public static RankingHistogram ofDistances(double[] distance, boolean[] relevant) {
        int[] group = new int[distance.length];
        int groups = Ranking.byValue(distance, group);
        int[] total = new int[groups];
        int[] hits = new int[groups];
        for (int j = 0; j < group.length; j++) {
            total[group[j]]++;
            hits[group[j]] += relevant[j] ? 1 : 0;
        }
        return new RankingHistogram(total, hits);
    }

    /** R, the number of relevant items. */
    public int relevantCount() {
        int sum = 0;
        for (int r : relevant) {
            sum += r;
        }
        return sum;
    }

    /**
     * Tie-averaged AP: the mean over all orders of the items at equal distance,
     *
     * <pre>  E[AP] = (1/R) Σ_g (r_g/n_g) Σ_{t=1..n_g} ( R_g + 1 + (t − 1)(r_g − 1)/(n_g − 1) ) / (N_g + t)</pre>
     *
     * where the fraction is dropped for n_g = 1.
     */
    public double averagePrecision() {
        double sum = 0;
        long before = 0;
        long relevantBefore = 0;
        for (int d = 0; d < total.length; d++) {
            int n = total[d];
            int r = relevant[d];
            if (r > 0) {
                double slope = n > 1 ? (r - 1) / (double) (n - 1) : 0;
                double group = 0;
                for (int t = 1; t <= n; t++) {
                    group += (relevantBefore + 1 + (t - 1) * slope) / (before + t);
                }
                sum += group * r / n;
            }
            before += n;
            relevantBefore += r;
        }
        return relevantBefore == 0 ? 0 : sum / relevantBefore;
    }

    /** Upper bound: AP with the relevant items first at every distance, (1/R) Σ_g Σ_{t=1..r_g} (R_g + t)/(N_g + t). */
    public double bestAveragePrecision() {
        return boundOfAveragePrecision(true);
    }

    /** Lower bound: AP with the relevant items last at every distance, (1/R) Σ_g Σ_{t=1..r_g} (R_g + t)/(N_g + n_g − r_g + t). */
    public double worstAveragePrecision() {
        return boundOfAveragePrecision(false);
    }

    /** The number of items at distance ≤ radius; a radius beyond k means all. */
    public int retrievedWithin(int radius) {
        return within(total, radius);
    }

    /** The number of relevant items at distance ≤ radius. */
    public int hitsWithin(int radius) {
        return within(relevant, radius);
    }

    /** Relevant items within the radius / items within the radius; 0 when the ball is empty. */
    public double precisionWithin(int radius) {
        int retrieved = retrievedWithin(radius);
        return retrieved == 0 ? 0 : hitsWithin(radius) / (double) retrieved;
    }

    /**
     * Precision of the first N items: expected hits / N over all orders of the items at equal distance. Of the group that N
     * cuts, m of n_g items are taken with m · r_g / n_g expected hits. The divisor is N even if the database has fewer items.
     *
     * @throws DataException if N is not positive
     */
    public double precisionAt(int topN) {
        if (topN < 1) {
            throw new DataException("precision@N: N is " + topN + "; need N >= 1");
        }
        long before = 0;
        double hits = 0;
        for (int d = 0; d < total.length && before < topN; d++) {
            long taken = Math.min(total[d], topN - before);
            hits += total[d] == 0 ? 0 : taken * (double) relevant[d] / total[d];
            before += total[d];
        }
        return hits / topN;
    }

    private double boundOfAveragePrecision(boolean best) {
        double sum = 0;
        long before = 0;
        long relevantBefore = 0;
        for (int d = 0; d < total.length; d++) {
            int r = relevant[d];
            long skipped = before + (best ? 0 : total[d] - r);
            for (int t = 1; t <= r; t++) {
                sum += (relevantBefore + t) / (double) (skipped + t);
            }
            before += total[d];
            relevantBefore += r;
        }
        return relevantBefore == 0 ? 0 : sum / relevantBefore;
    }

    private static int within(int[] counts, int radius) {
        if (radius < 0) {
            throw new DataException("radius is " + radius + "; need radius >= 0");
        }
        int sum = 0;
        for (int d = 0; d <= radius && d < counts.length; d++) {
            sum += counts[d];
        }
        return sum;
    }
}
