package org.hashgrad.hashing.metric;

import java.util.Optional;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;

/**
 * Queries and a database.
 *
 * @param outputs the real outputs that the codes are signs of, where they are known
 */
public record Retrieval(
        Codes query, Labels queryLabels, Codes database, Labels databaseLabels, Optional<Outputs> outputs) {

    /** Real outputs of both sides. */
    public record Outputs(RelaxedCodes query, RelaxedCodes database) {}

    /** @throws DataException if codes and labels differ in number, codes in length, labels in kind, or a side is empty */
    public Retrieval {
        requireConsistent(
                new Side(query.count(), query.bits(), queryLabels),
                new Side(database.count(), database.bits(), databaseLabels));
    }

    /** Codes alone. */
    public Retrieval(Codes query, Labels queryLabels, Codes database, Labels databaseLabels) {
        this(query, queryLabels, database, databaseLabels, Optional.empty());
    }

    /** Measures by the real outputs where they are known, else by the codes. */
    public RetrievalReport evaluate(RetrievalMetrics metrics) {
        return outputs.map(real -> metrics.evaluate(real.query(), queryLabels, real.database(), databaseLabels))
                .orElseGet(() -> metrics.evaluate(query, queryLabels, database, databaseLabels));
    }

    /** The database as query i ranks it, ties by ascending index. */
    RankedList ranked(int i) {
        return RankedList.of(query, queryLabels, i, database, databaseLabels);
    }

    /** ⟨u_i, v_j⟩ of the real outputs, or of the codes −1 and +1. */
    double inner(int i, int j) {
        return outputs.map(o -> database.bits() - 2 * o.query().distance(i, o.database(), j))
                .orElseGet(() -> (double) database.bits() - 2 * query.hamming(i, database, j));
    }

    /** What has to be equal on the two sides. */
    record Side(int count, int bits, Labels labels) {}

    static void requireConsistent(Side query, Side database) {
        Labels queryLabels = query.labels();
        Labels databaseLabels = database.labels();
        if (query.count() != queryLabels.count() || database.count() != databaseLabels.count()) {
            throw new DataException("retrieval: query has " + query.count() + " codes and " + queryLabels.count()
                    + " labels, database " + database.count() + " codes and " + databaseLabels.count()
                    + " labels; need equally many of both");
        }
        if (query.bits() != database.bits()) {
            throw new DataException("retrieval: query codes have " + query.bits() + " bits, database codes "
                    + database.bits() + "; need equally many");
        }
        if (query.count() == 0 || database.count() == 0) {
            throw new DataException("retrieval: query has " + query.count() + " codes, database " + database.count()
                    + "; need at least 1 of each");
        }
        Labels.requireComparable(queryLabels, databaseLabels);
    }
}
