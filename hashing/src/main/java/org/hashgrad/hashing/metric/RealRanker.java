package org.hashgrad.hashing.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.Labels;

/** By {@link RelaxedCodes#distance}; only equal distances are ties. */
final class RealRanker implements QueryRanker {
    private final RelaxedCodes query;
    private final Labels queryLabels;
    private final RelaxedCodes database;
    private final Labels databaseLabels;
    private final int grades;
    private final double[] distance;
    private final int[] group;
    private final int[] shared;

    RealRanker(RelaxedCodes query, Labels queryLabels, RelaxedCodes database, Labels databaseLabels, int grades) {
        this.query = query;
        this.queryLabels = queryLabels;
        this.database = database;
        this.databaseLabels = databaseLabels;
        this.grades = grades;
        this.distance = new double[database.count()];
        this.group = new int[database.count()];
        this.shared = new int[database.count()];
    }

    @Override
    public List<QueryRanking> rank(int from, int to) {
        List<QueryRanking> rankings = new ArrayList<>();
        for (int i = from; i < to; i++) {
            queryLabels.shared(i, databaseLabels, 0, database.count(), shared);
            for (int j = 0; j < distance.length; j++) {
                distance[j] = query.distance(i, database, j);
            }
            GradedHistogram graded = histogram(byValue(distance, group));
            RankingHistogram ranking = graded.ranking();
            double stable = stable(ranking);
            int bits = database.bits();
            Arrays.setAll(group, j -> (int) Math.max(0, Math.min(bits, Math.ceil(distance[j]))));
            rankings.add(new QueryRanking(graded, ranking, histogram(bits + 1).ranking(), stable));
        }
        return rankings;
    }

    private GradedHistogram histogram(int groups) {
        int[] counts = new int[Math.multiplyExact(groups, grades)];
        for (int j = 0; j < group.length; j++) {
            counts[group[j] * grades + shared[j]]++;
        }
        return new GradedHistogram(counts, grades);
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

    private double stable(RankingHistogram ranking) {
        int[] items = HammingRanker.before(ranking.total());
        int[] hits = HammingRanker.before(ranking.relevant());
        double sum = 0;
        for (int j = 0; j < group.length; j++) {
            int rank = ++items[group[j]];
            if (shared[j] != 0) {
                sum += (double) ++hits[group[j]] / rank;
            }
        }
        return ranking.relevantCount() == 0 ? 0 : sum / ranking.relevantCount();
    }
}
