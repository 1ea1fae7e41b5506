package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Labels;

/**
 * By Hamming distance: every tile of the database, small enough for the first cache, is counted for all queries of a block before the next one. A
 * query needs memory for its counts only, whatever the size of the database; the AP of the stable order, where it is wanted, is a second pass over the tiles, which
 * knows from the counts at which rank each distance begins.
 */
final class HammingRanker implements QueryRanker {
    private static final int TILE = 1024;

    private final Codes query;
    private final Labels queryLabels;
    private final Codes database;
    private final Labels databaseLabels;
    private final boolean inStableOrder;
    private final int shift;
    private final short[] distance = new short[TILE];
    private final short[] shared = new short[TILE];

    HammingRanker(
            Codes query, Labels queryLabels, Codes database, Labels databaseLabels, int grades, boolean inStableOrder) {
        this.query = query;
        this.queryLabels = queryLabels;
        this.database = database;
        this.databaseLabels = databaseLabels;
        this.inStableOrder = inStableOrder;
        this.shift = 32 - Integer.numberOfLeadingZeros(grades - 1);
    }

    @Override
    public List<QueryRanking> rank(int from, int to) {
        int cells = (database.bits() + 1) << shift;
        int[][] counts = new int[to - from][4 * cells];
        forTiles((start, length) -> {
            for (int i = from; i < to; i++) {
                measure(i, start, length);
                count(counts[i - from], cells, length);
            }
        });
        Arrays.setAll(counts, i -> folded(counts[i], cells));
        List<QueryRanking> rankings = new ArrayList<>();
        RankingHistogram[] histograms = new RankingHistogram[to - from];
        Arrays.setAll(histograms, i -> new GradedHistogram(counts[i], 1 << shift).ranking());
        double[] stable = inStableOrder ? stable(from, histograms) : new double[histograms.length];
        for (int i = 0; i < histograms.length; i++) {
            GradedHistogram graded = new GradedHistogram(counts[i], 1 << shift);
            rankings.add(new QueryRanking(graded, histograms[i], histograms[i], stable[i]));
        }
        return rankings;
    }

    private interface Tile {
        void visit(int start, int length);
    }

    private void forTiles(Tile tile) {
        for (int start = 0; start < database.count(); start += TILE) {
            tile.visit(start, Math.min(TILE, database.count() - start));
        }
    }

    private void measure(int i, int start, int length) {
        query.hamming(i, database, start, start + length, distance);
        queryLabels.shared(i, databaseLabels, start, start + length, shared);
    }

    /** Neighbours are often at the same distance; counting them in four parts spares one the wait for the other. */
    private void count(int[] counts, int cells, int length) {
        int s = shift;
        int j = 0;
        for (; j + 3 < length; j += 4) {
            counts[(distance[j] << s) + shared[j]]++;
            counts[cells + (distance[j + 1] << s) + shared[j + 1]]++;
            counts[2 * cells + (distance[j + 2] << s) + shared[j + 2]]++;
            counts[3 * cells + (distance[j + 3] << s) + shared[j + 3]]++;
        }
        for (; j < length; j++) {
            counts[(distance[j] << s) + shared[j]]++;
        }
    }

    private static int[] folded(int[] counts, int cells) {
        int[] sum = new int[cells];
        Arrays.setAll(sum, c -> counts[c] + counts[cells + c] + counts[2 * cells + c] + counts[3 * cells + c]);
        return sum;
    }

    private double[] stable(int from, RankingHistogram[] histograms) {
        int[][] items = new int[histograms.length][];
        int[][] hits = new int[histograms.length][];
        for (int i = 0; i < histograms.length; i++) {
            items[i] = before(histograms[i].total());
            hits[i] = before(histograms[i].relevant());
        }
        double[] sum = new double[histograms.length];
        forTiles((start, length) -> {
            for (int i = 0; i < sum.length; i++) {
                measure(from + i, start, length);
                sum[i] = stableSum(sum[i], items[i], hits[i], length);
            }
        });
        Arrays.setAll(sum, i -> histograms[i].relevantCount() == 0 ? 0 : sum[i] / histograms[i].relevantCount());
        return sum;
    }

    private double stableSum(double before, int[] items, int[] hits, int length) {
        double sum = before;
        for (int j = 0; j < length; j++) {
            int rank = ++items[distance[j]];
            if (shared[j] != 0) {
                sum += (double) ++hits[distance[j]] / rank;
            }
        }
        return sum;
    }

    /** What lies before each group. */
    static int[] before(int[] counts) {
        int[] before = new int[counts.length];
        for (int d = 1; d < before.length; d++) {
            before[d] = before[d - 1] + counts[d - 1];
        }
        return before;
    }
}
