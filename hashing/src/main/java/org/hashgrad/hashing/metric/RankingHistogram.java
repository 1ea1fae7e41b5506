package org.hashgrad.hashing.metric;

import java.util.Arrays;
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
        int groups = RealRanker.byValue(distance, group);
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
            sum += groupSum(total[d], relevant[d], total[d], before, relevantBefore);
            before += total[d];
            relevantBefore += relevant[d];
        }
        return relevantBefore == 0 ? 0 : sum / relevantBefore;
    }

    /**
     * What the first m of a group of n items, r of them relevant, add to the sum of AP in the mean over the group's orders,
     * (r/n) Σ_{t=1..m} ( R_g + 1 + (t − 1)(r − 1)/(n − 1) ) / (N_g + t).
     */
    static double groupSum(long n, long r, long m, long before, long relevantBefore) {
        if (r == 0) {
            return 0;
        }
        double slope = n > 1 ? (r - 1) / (double) (n - 1) : 0;
        return RankSums.overRanks(relevantBefore + 1.0, slope, before, m) * r / n;
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
        return hitsAt(topN) / topN;
    }

    /**
     * Recall of the first N items: expected hits, as in {@link #precisionAt}, / R; 0 without relevant items.
     *
     * @throws DataException if N is not positive
     */
    public double recallAt(int topN) {
        int count = relevantCount();
        return count == 0 ? 0 : hitsAt(topN) / count;
    }

    private double hitsAt(int topN) {
        if (topN < 1) {
            throw new DataException("precision@N: N is " + topN + "; need N >= 1");
        }
        return hitsAt(new int[] {topN})[0];
    }

    /** Expected hits among the first N items for each of the N, which ascend. */
    double[] hitsAt(int[] ascending) {
        double[] hits = new double[ascending.length];
        long before = 0;
        long relevantBefore = 0;
        int next = 0;
        for (int d = 0; d < total.length && next < hits.length; d++) {
            for (; next < hits.length && ascending[next] < before + total[d]; next++) {
                hits[next] = relevantBefore + (ascending[next] - before) * (double) relevant[d] / total[d];
            }
            before += total[d];
            relevantBefore += relevant[d];
        }
        Arrays.fill(hits, next, hits.length, (double) relevantBefore);
        return hits;
    }

    /** Relevant items within the radius / R; 0 without relevant items. */
    public double recallWithin(int radius) {
        int count = relevantCount();
        return count == 0 ? 0 : hitsWithin(radius) / (double) count;
    }

    /**
     * Tie-averaged AP of the items within the radius alone, divided by the relevant ones among them; 0 when the ball is empty or holds none.
     */
    public double averagePrecisionWithin(int radius) {
        requireRadius(radius);
        int end = (int) Math.min(radius + 1L, total.length);
        return new RankingHistogram(Arrays.copyOf(total, end), Arrays.copyOf(relevant, end)).averagePrecision();
    }

    /**
     * The histogram of both databases together: a database may be counted in shards of any size.
     *
     * @throws DataException if the numbers of distances differ
     */
    public RankingHistogram plus(RankingHistogram other) {
        if (total.length != other.total.length) {
            throw new DataException("ranking: shards have " + total.length + " and " + other.total.length
                    + " distances; need equally many");
        }
        int[] items = total.clone();
        int[] hits = relevant.clone();
        Arrays.setAll(items, d -> Math.addExact(items[d], other.total[d]));
        Arrays.setAll(hits, d -> hits[d] + other.relevant[d]);
        return new RankingHistogram(items, hits);
    }

    private double boundOfAveragePrecision(boolean best) {
        double sum = 0;
        long before = 0;
        long relevantBefore = 0;
        for (int d = 0; d < total.length; d++) {
            int r = relevant[d];
            long skipped = before + (best ? 0 : total[d] - r);
            sum += RankSums.overRanks(relevantBefore + 1.0, 1, skipped, r);
            before += total[d];
            relevantBefore += r;
        }
        return relevantBefore == 0 ? 0 : sum / relevantBefore;
    }

    private static void requireRadius(int radius) {
        if (radius < 0) {
            throw new DataException("radius is " + radius + "; need radius >= 0");
        }
    }

    private static int within(int[] counts, int radius) {
        requireRadius(radius);
        int sum = 0;
        for (int d = 0; d <= radius && d < counts.length; d++) {
            sum += counts[d];
        }
        return sum;
    }
}
