package org.hashgrad.hashing.metric;

import org.hashgrad.hashing.data.DataException;

/**
 * AP@N, the average precision of a list cut at N, in the four meanings that papers and codes have given the name. Each is the mean over all
 * orders of the items at equal distance; {@link #stable} is its value in one order. P(i) is the precision of the first i items, rel(i) whether
 * the i-th is relevant, R the number of relevant items of the whole database, h the number of those among the first N.
 *
 * <p>Of the group that N cuts, n items of which r are relevant, m are taken; N₀ and R₀ are the items and relevant items before it. The number of hits
 * among the m is hypergeometric, and given it the hits lie anywhere, so that what divides by it is a mean over its values, not a ratio of means.
 */
public enum AveragePrecisionAt {
    /**
     * (1/h) Σ_{i≤N} P(i) rel(i), 0 without a hit: DCMH's {@code topkMap}, DeepHash-pytorch. Tie-averaged:
     * Σ_h Hyp(h; n, r, m) [A + Σ_{t=1..m} (h/m) (R₀ + 1 + (t − 1)(h − 1)/(m − 1)) / (N₀ + t)] / (R₀ + h), A from the whole groups.
     */
    HITS("hits"),

    /** As {@link #HITS}, but a query without a hit is left out of the mean over queries: HashNet, DHN, DVSH, DTSH. */
    ANSWERED("answered"),

    /**
     * (1/K) Σ of P over the ranks of the first K = min(N, R) relevant items, however far down they are: {@code calc_map_k} of PyTorch ports of DCMH.
     * Tie-averaged: of the group with the K-th relevant item the place p of the next one is drawn; before it the h = K − R₀ lie anywhere.
     */
    FIRST_RELEVANT("first_relevant"),

    /** (1/R) Σ_{i≤N} P(i) rel(i): the definition read literally. Tie-averaged term by term, as the expectation is linear. */
    ALL_RELEVANT("all_relevant");

    private final String key;

    AveragePrecisionAt(String key) {
        this.key = key;
    }

    /** The name in {@code metrics.json}. */
    public String key() {
        return key;
    }

    /**
     * The mean over all orders of the ties; 0 where there is nothing to divide by.
     *
     * @throws DataException if N is not positive
     */
    public double of(RankingHistogram ranking, int topN) {
        requirePositive(topN);
        int relevant = ranking.relevantCount();
        if (relevant == 0) {
            return 0;
        }
        return switch (this) {
            case HITS, ANSWERED -> overHits(ranking, topN);
            case FIRST_RELEVANT -> firstRelevant(ranking, Math.min(topN, relevant));
            case ALL_RELEVANT -> sumUpTo(ranking, topN) / relevant;
        };
    }

    /** What a mean over queries takes, as {@link PerQuery} has it: of {@link #ANSWERED} the mean over the orders with a hit, NaN where there is none. */
    public double given(RankingHistogram ranking, int topN) {
        return this == ANSWERED ? of(ranking, topN) / chanceOfAHit(ranking, topN) : of(ranking, topN);
    }

    /**
     * The share of the orders of ties with a hit among the first N.
     *
     * @throws DataException if N is not positive
     */
    public static double chanceOfAHit(RankingHistogram ranking, int topN) {
        requirePositive(topN);
        Cut cut = Cut.of(ranking, topN);
        if (cut.relevantBefore > 0 || cut.taken == 0) {
            return cut.relevantBefore > 0 ? 1 : 0;
        }
        return 1 - RankSums.hits(cut.n, cut.r, cut.taken).mean(h -> h == 0 ? 1 : 0);
    }

    /**
     * The mean of the queries with a hit, averaged over all orders of all queries' ties: E[Σ X_q / #answered], 0 where none is. The numbers of
     * answered queries are Poisson-binomial; with f(m) = P(m answered) and g(m) = E[Σ X; m answered], query by query
     * f'(m) = (1 − p) f(m) + p f(m − 1), g'(m) = (1 − p) g(m) + p g(m − 1) + x f(m − 1).
     *
     * @param chance p, of each query
     * @param given E[X | a hit] = x / p, of each query; not read where p = 0
     */
    static double meanOfAnswered(double[] chance, double[] given) {
        double[] f = new double[chance.length + 1];
        double[] g = new double[chance.length + 1];
        f[0] = 1;
        int certain = 0;
        int uncertain = 0;
        double sum = 0;
        for (int q = 0; q < chance.length; q++) {
            double p = chance[q];
            if (p == 1) {
                certain++;
                sum += given[q];
            } else if (p > 0) {
                uncertain++;
                for (int m = uncertain; m >= 0; m--) {
                    double before = m == 0 ? 0 : f[m - 1];
                    g[m] = (1 - p) * g[m] + (m == 0 ? 0 : p * g[m - 1]) + p * given[q] * before;
                    f[m] = (1 - p) * f[m] + p * before;
                }
            }
        }
        double mean = 0;
        for (int m = 0; m <= uncertain; m++) {
            mean += m + certain == 0 ? 0 : (g[m] + sum * f[m]) / (m + certain);
        }
        return mean;
    }

    /**
     * The value in one order.
     *
     * @param relevantByRank rel(1), rel(2), … of the whole database
     * @throws DataException if N is not positive
     */
    public double stable(boolean[] relevantByRank, int topN) {
        requirePositive(topN);
        int relevant = 0;
        for (boolean hit : relevantByRank) {
            relevant += hit ? 1 : 0;
        }
        int most = this == FIRST_RELEVANT ? Math.min(topN, relevant) : relevant;
        int end = this == FIRST_RELEVANT ? relevantByRank.length : Math.min(topN, relevantByRank.length);
        int hits = 0;
        double sum = 0;
        for (int i = 0; i < end && hits < most; i++) {
            if (relevantByRank[i]) {
                hits++;
                sum += hits / (i + 1.0);
            }
        }
        int divisor = this == ALL_RELEVANT ? relevant : hits;
        return divisor == 0 ? 0 : sum / divisor;
    }

    private static void requirePositive(int topN) {
        if (topN < 1) {
            throw new DataException("AP@N: N is " + topN + "; need N >= 1");
        }
    }

    /** What lies before the group that N cuts and how it is cut; {@code taken} = 0 when N ends with a group or the list. */
    private record Cut(double sumBefore, long before, long relevantBefore, long n, long r, long taken) {
        static Cut of(RankingHistogram ranking, int topN) {
            double sum = 0;
            long before = 0;
            long relevantBefore = 0;
            for (int d = 0; d < ranking.total().length; d++) {
                long n = ranking.total()[d];
                long r = ranking.relevant()[d];
                if (before + n > topN) {
                    return new Cut(sum, before, relevantBefore, n, r, topN - before);
                }
                sum += RankingHistogram.groupSum(n, r, n, before, relevantBefore);
                before += n;
                relevantBefore += r;
            }
            return new Cut(sum, before, relevantBefore, 0, 0, 0);
        }
    }

    private static double sumUpTo(RankingHistogram ranking, int topN) {
        Cut cut = Cut.of(ranking, topN);
        return cut.sumBefore + RankingHistogram.groupSum(cut.n, cut.r, cut.taken, cut.before, cut.relevantBefore);
    }

    private static double overHits(RankingHistogram ranking, int topN) {
        Cut cut = Cut.of(ranking, topN);
        if (cut.taken == 0) {
            return cut.relevantBefore == 0 ? 0 : cut.sumBefore / cut.relevantBefore;
        }
        return RankSums.hits(cut.n, cut.r, cut.taken)
                .mean(h -> h + cut.relevantBefore == 0
                        ? 0
                        : (cut.sumBefore
                                        + RankingHistogram.groupSum(
                                                cut.taken, h, cut.taken, cut.before, cut.relevantBefore))
                                / (h + cut.relevantBefore));
    }

    private static double firstRelevant(RankingHistogram ranking, int most) {
        double sum = 0;
        long before = 0;
        long relevantBefore = 0;
        for (int d = 0; d < ranking.total().length && relevantBefore < most; d++) {
            long n = ranking.total()[d];
            long r = ranking.relevant()[d];
            long h = most - relevantBefore;
            if (r <= h) {
                sum += RankingHistogram.groupSum(n, r, n, before, relevantBefore);
            } else {
                long items = before;
                long hits = relevantBefore;
                sum += RankSums.placeOf(h + 1, n, r)
                        .mean(place -> RankingHistogram.groupSum(place - 1, h, place - 1, items, hits));
            }
            before += n;
            relevantBefore += r;
        }
        return sum / most;
    }
}
