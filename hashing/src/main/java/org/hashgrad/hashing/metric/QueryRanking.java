package org.hashgrad.hashing.metric;

/**
 * What the measures of one query are made of.
 *
 * @param graded counts by distance and number of shared labels
 * @param ranking the same with relevant or not, for whatever follows the order; as many groups as there are distances
 * @param byRadius by whole radius 0 … k: at r the items at distance > r − 1 and ≤ r, at 0 all nearer, at k all farther ones too
 * @param stable AP with ties by ascending database index; 0 where it is not wanted
 */
record QueryRanking(GradedHistogram graded, RankingHistogram ranking, RankingHistogram byRadius, double stable) {}
