package org.hashgrad.hashing.metric;

import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Labels;

/** One query at a time: distances, relevance, and the stable order by counting sort. */
final class Ranking {
    private final Codes database;
    private final Labels labels;
    private final char[] distance;
    private final boolean[] relevant;
    private final boolean[] relevantByRank;

    Ranking(Codes database, Labels labels) {
        this.database = database;
        this.labels = labels;
        this.distance = new char[database.count()];
        this.relevant = new boolean[database.count()];
        this.relevantByRank = new boolean[database.count()];
    }

    RankingHistogram rank(Codes query, Labels queryLabels, int i) {
        int[] total = new int[database.bits() + 1];
        int[] hits = new int[database.bits() + 1];
        for (int j = 0; j < distance.length; j++) {
            int d = query.hamming(i, database, j);
            distance[j] = (char) d;
            relevant[j] = queryLabels.similar(i, labels, j);
            total[d]++;
            hits[d] += relevant[j] ? 1 : 0;
        }
        return new RankingHistogram(total, hits);
    }

    double stableAveragePrecision(RankingHistogram histogram) {
        int[] rank = new int[histogram.total().length];
        for (int d = 1; d < rank.length; d++) {
            rank[d] = rank[d - 1] + histogram.total()[d - 1];
        }
        for (int j = 0; j < distance.length; j++) {
            relevantByRank[rank[distance[j]]++] = relevant[j];
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
