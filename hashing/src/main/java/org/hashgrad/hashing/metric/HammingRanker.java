package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.HalfWords;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.tensor.cpu.HammingKernel;

/**
 * By Hamming distance: every tile of the database, small enough for the first cache, is counted for all queries of a block before the next one. A
 * query needs memory for its counts only, whatever the size of the database; the AP of the stable order, where it is wanted, is a second pass over the tiles, which
 * knows from the counts at which rank each distance begins.
 */
final class HammingRanker implements QueryRanker {
    /** What an item adds to a rank and 2³² relevant ones, by whether it is relevant; read faster than it is made. */
    private static final long[] STEPS = {1, 1 + (1L << 32)};

    private final HammingKernel kernel = HammingKernel.ofThisJvm();
    private final Codes query;
    private final Labels queryLabels;
    private final Codes database;
    private final Labels databaseLabels;
    private final boolean inStableOrder;
    private final int shift;
    private final HalfWords tile;
    private final int[] distance;
    private final int[] shared;
    private final long[] ranks;

    HammingRanker(
            Codes query, Labels queryLabels, Codes database, Labels databaseLabels, int grades, boolean inStableOrder) {
        this.query = query;
        this.queryLabels = queryLabels;
        this.database = database;
        this.databaseLabels = databaseLabels;
        this.inStableOrder = inStableOrder;
        this.shift = 32 - Integer.numberOfLeadingZeros(grades - 1);
        this.tile = new HalfWords(database.bits());
        this.distance = new int[tile.rows()];
        this.shared = new int[tile.rows()];
        this.ranks = new long[tile.rows() + 1];
    }

    @Override
    public List<QueryRanking> rank(int from, int to) {
        int cells = (database.bits() + 1) << shift;
        int[][] counts = new int[to - from][4 * cells];
        forTiles(from, to, (i, length) -> {
            for (int j = 0; j < length; j++) {
                distance[j] = (distance[j] << shift) + shared[j];
            }
            count(counts[i], cells, length);
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
        void visit(int i, int length);
    }

    /** Every tile for every query i, counted from {@code from}: its distances and shared labels are there. */
    private void forTiles(int from, int to, Tile visitor) {
        int[][] codes = HalfWords.ofEach(query, from, to);
        for (int start = 0; start < database.count(); start += tile.rows()) {
            int length = Math.min(tile.rows(), database.count() - start);
            tile.read(database, start, length);
            for (int i = 0; i < codes.length; i++) {
                kernel.distances(tile.planes(), codes[i], tile.rows(), distance);
                queryLabels.shared(from + i, databaseLabels, start, start + length, shared);
                visitor.visit(i, length);
            }
        }
    }

    /** Neighbours are often in the same cell; counting them in four parts spares one the wait for the other. */
    private void count(int[] counts, int cells, int length) {
        int[] cell = distance;
        int j = 0;
        for (; j + 3 < length; j += 4) {
            counts[cell[j]]++;
            counts[cells + cell[j + 1]]++;
            counts[2 * cells + cell[j + 2]]++;
            counts[3 * cells + cell[j + 3]]++;
        }
        for (; j < length; j++) {
            counts[cell[j]]++;
        }
    }

    private static int[] folded(int[] counts, int cells) {
        int[] sum = new int[cells];
        Arrays.setAll(sum, c -> counts[c] + counts[cells + c] + counts[2 * cells + c] + counts[3 * cells + c]);
        return sum;
    }

    private double[] stable(int from, RankingHistogram[] histograms) {
        long[][] before = new long[histograms.length][];
        Arrays.setAll(before, i -> {
            int[] items = before(histograms[i].total());
            int[] hits = before(histograms[i].relevant());
            return IntStream.range(0, items.length)
                    .mapToLong(d -> items[d] + ((long) hits[d] << 32))
                    .toArray();
        });
        double[] sum = new double[histograms.length];
        forTiles(from, from + sum.length, (i, length) -> {
            for (int j = 0; j < length; j++) {
                shared[j] = -shared[j] >>> 31;
            }
            int relevant = rank(before[i], length);
            for (int t = 0; t < relevant; t++) {
                sum[i] += (double) (ranks[t] >>> 32) / (int) ranks[t];
            }
        });
        Arrays.setAll(sum, i -> histograms[i].relevantCount() == 0 ? 0 : sum[i] / histograms[i].relevantCount());
        return sum;
    }

    /**
     * The relevant items of a tile into {@link #ranks}: each its rank, and 2³² times how many relevant ones there are up to it; returns how many. Without a
     * branch, as which items are relevant can not be guessed.
     *
     * @param before by distance, the rank of the last item there that was met, and 2³² times how many relevant ones there are up to it
     */
    private int rank(long[] before, int length) {
        int found = 0;
        for (int j = 0; j < length; j++) {
            int d = distance[j];
            long rank = before[d] + STEPS[shared[j]];
            before[d] = rank;
            ranks[found] = rank;
            found += shared[j];
        }
        return found;
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
