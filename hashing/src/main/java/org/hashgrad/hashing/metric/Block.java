package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Values and sums of a block of queries.
 *
 * @param values of every measure, for each query
 * @param chances of a hit among the first N, for each query and N of mAP@N
 * @param barren queries without relevant items
 * @param items at radius 0 … k, not cumulated, summed over queries
 * @param hits relevant ones of them
 * @param precision Σ precision within radius 0 … k
 * @param recall Σ recall within radius 0 … k
 * @param rankPrecision Σ precision at the curve's ranks
 * @param rankRecall Σ recall at the curve's ranks
 */
record Block(
        List<double[]> values,
        List<double[]> chances,
        int barren,
        long[] items,
        long[] hits,
        double[] precision,
        double[] recall,
        double[] rankPrecision,
        double[] rankRecall) {

    static Block of(
            List<QueryRanking> rankings, RetrievalMetrics settings, List<Measure> measures, int bits, int[] ranks) {
        Block block = empty(bits, ranks.length, (int)
                rankings.stream().filter(q -> q.ranking().relevantCount() == 0).count());
        for (QueryRanking query : rankings) {
            block.values.add(measures.stream()
                    .mapToDouble(m -> m.of().applyAsDouble(query))
                    .toArray());
            block.chances.add(settings.averagePrecisionAt().stream()
                    .mapToDouble(n -> AveragePrecisionAt.chanceOfAHit(query.ranking(), n))
                    .toArray());
            block.addRadii(query.byRadius());
            block.addRanks(query.ranking(), ranks);
        }
        return block;
    }

    private static Block empty(int bits, int ranks, int barren) {
        return new Block(
                new ArrayList<>(),
                new ArrayList<>(),
                barren,
                new long[bits + 1],
                new long[bits + 1],
                new double[bits + 1],
                new double[bits + 1],
                new double[ranks],
                new double[ranks]);
    }

    private void addRadii(RankingHistogram ranking) {
        long itemsWithin = 0;
        long hitsWithin = 0;
        int relevant = ranking.relevantCount();
        for (int r = 0; r < items.length; r++) {
            items[r] += ranking.total()[r];
            hits[r] += ranking.relevant()[r];
            itemsWithin += ranking.total()[r];
            hitsWithin += ranking.relevant()[r];
            precision[r] += itemsWithin == 0 ? 0 : hitsWithin / (double) itemsWithin;
            recall[r] += relevant == 0 ? 0 : hitsWithin / (double) relevant;
        }
    }

    private void addRanks(RankingHistogram ranking, int[] ranks) {
        double[] hitsAt = ranking.hitsAt(ranks);
        int relevant = ranking.relevantCount();
        for (int i = 0; i < ranks.length; i++) {
            rankPrecision[i] += hitsAt[i] / ranks[i];
            rankRecall[i] += relevant == 0 ? 0 : hitsAt[i] / relevant;
        }
    }

    /** All blocks as one, added in their order. */
    static Block sum(List<Block> blocks, int bits, int ranks) {
        Block sum = empty(bits, ranks, blocks.stream().mapToInt(Block::barren).sum());
        for (Block block : blocks) {
            sum.values.addAll(block.values);
            sum.chances.addAll(block.chances);
            Arrays.setAll(sum.items, r -> sum.items[r] + block.items[r]);
            Arrays.setAll(sum.hits, r -> sum.hits[r] + block.hits[r]);
            add(sum.precision, block.precision);
            add(sum.recall, block.recall);
            add(sum.rankPrecision, block.rankPrecision);
            add(sum.rankRecall, block.rankRecall);
        }
        return sum;
    }

    private static void add(double[] sum, double[] part) {
        Arrays.setAll(sum, i -> sum[i] + part[i]);
    }

    /** Precision and recall of the sums over queries; 0 where the divisor is 0. */
    Curve micro() {
        long relevant = Arrays.stream(hits).sum();
        List<Double> precisions = new ArrayList<>();
        List<Double> recalls = new ArrayList<>();
        long itemsWithin = 0;
        long hitsWithin = 0;
        for (int r = 0; r < items.length; r++) {
            itemsWithin += items[r];
            hitsWithin += hits[r];
            precisions.add(itemsWithin == 0 ? 0 : hitsWithin / (double) itemsWithin);
            recalls.add(relevant == 0 ? 0 : hitsWithin / (double) relevant);
        }
        return new Curve(IntStream.range(0, items.length).boxed().toList(), precisions, recalls);
    }

    Curve macro(int queries) {
        return new Curve(
                IntStream.range(0, items.length).boxed().toList(), mean(precision, queries), mean(recall, queries));
    }

    Curve byRank(int[] ranks, int queries) {
        return new Curve(
                Arrays.stream(ranks).boxed().toList(), mean(rankPrecision, queries), mean(rankRecall, queries));
    }

    private static List<Double> mean(double[] sums, int queries) {
        return Arrays.stream(sums).mapToObj(sum -> sum / queries).toList();
    }
}
