package org.hashgrad.hashing.metric;

import java.util.Arrays;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.Labels;

/** One query at a time: how far each item is, whether it is relevant, and the stable order by counting sort. */
abstract class Ranking {
    private final Labels labels;
    private final int[] group;
    private final boolean[] relevant;
    private final boolean[] relevantByRank;

    private Ranking(int count, Labels labels) {
        this.labels = labels;
        this.group = new int[count];
        this.relevant = new boolean[count];
        this.relevantByRank = new boolean[count];
    }

    /** By Hamming distance; the groups of {@link #rank} are the distances. */
    static Ranking hamming(Codes query, Codes database, Labels labels) {
        return new Ranking(database.count(), labels) {
            @Override
            int groups(int i, int[] group) {
                for (int j = 0; j < group.length; j++) {
                    group[j] = query.hamming(i, database, j);
                }
                return database.bits() + 1;
            }

            @Override
            RankingHistogram byRadius(RankingHistogram ranked) {
                return ranked;
            }
        };
    }

    /** By {@link RelaxedCodes#distance}; only equal distances are ties. */
    static Ranking real(RelaxedCodes query, RelaxedCodes database, Labels labels) {
        double[] distance = new double[database.count()];
        return new Ranking(database.count(), labels) {
            @Override
            int groups(int i, int[] group) {
                for (int j = 0; j < distance.length; j++) {
                    distance[j] = query.distance(i, database, j);
                }
                return byValue(distance, group);
            }

            @Override
            RankingHistogram byRadius(RankingHistogram ranked) {
                int[] shell = new int[distance.length];
                for (int j = 0; j < shell.length; j++) {
                    shell[j] = (int) Math.max(0, Math.min(database.bits(), Math.ceil(distance[j])));
                }
                return histogram(shell, database.bits() + 1);
            }
        };
    }

    /** Numbers the items by ascending value, equal values and −0 and 0 with the same number, from 0 on; returns how many numbers there are. */
    static int byValue(double[] values, int[] group) {
        double[] ascending = new double[values.length];
        Arrays.setAll(ascending, j -> values[j] + 0.0);
        Arrays.sort(ascending);
        int distinct = 0;
        for (double value : ascending) {
            if (distinct == 0 || value != ascending[distinct - 1]) {
                ascending[distinct++] = value;
            }
        }
        for (int j = 0; j < values.length; j++) {
            group[j] = Arrays.binarySearch(ascending, 0, distinct, values[j] + 0.0);
        }
        return distinct;
    }

    /** Puts every item into a group, 0 the nearest; returns the number of groups. */
    abstract int groups(int i, int[] group);

    /** The last ranking by whole radius 0 … k: at r the items at distance > r − 1 and ≤ r, at 0 all nearer, at k all farther ones too. */
    abstract RankingHistogram byRadius(RankingHistogram ranked);

    RankingHistogram rank(Labels queryLabels, int i) {
        for (int j = 0; j < relevant.length; j++) {
            relevant[j] = queryLabels.similar(i, labels, j);
        }
        return histogram(group, groups(i, group));
    }

    final RankingHistogram histogram(int[] groupOf, int groups) {
        int[] total = new int[groups];
        int[] hits = new int[groups];
        for (int j = 0; j < groupOf.length; j++) {
            total[groupOf[j]]++;
            hits[groupOf[j]] += relevant[j] ? 1 : 0;
        }
        return new RankingHistogram(total, hits);
    }

    double stableAveragePrecision(RankingHistogram histogram) {
        int[] rank = new int[histogram.total().length];
        for (int d = 1; d < rank.length; d++) {
            rank[d] = rank[d - 1] + histogram.total()[d - 1];
        }
        for (int j = 0; j < group.length; j++) {
            relevantByRank[rank[group[j]]++] = relevant[j];
        }
        double sum = 0;
        int hits = 0;
        for (int r = 0; r < relevantByRank.length; r++) {
            if (relevantByRank[r]) {
                hits++;
                sum += hits / (r + 1.0);
            }
        }
        return hits == 0 ? 0 : sum / hits;
    }
}
