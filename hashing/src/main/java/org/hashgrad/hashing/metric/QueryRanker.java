package org.hashgrad.hashing.metric;

import java.util.List;

/** Ranks the database for blocks of queries; one for each thread. */
interface QueryRanker {
    /** The rankings of the queries from … to − 1. */
    List<QueryRanking> rank(int from, int to);
}
