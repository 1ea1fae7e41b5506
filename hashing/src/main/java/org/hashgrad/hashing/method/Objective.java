package org.hashgrad.hashing.method;

import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.PairLoss;
import org.hashgrad.hashing.loss.PairTargetLoss;
import org.hashgrad.hashing.loss.PointLoss;
import org.hashgrad.hashing.loss.TargetLoss;
import org.hashgrad.hashing.loss.TripletLoss;
import org.hashgrad.hashing.loss.Triplets;

/** What a loss of any kind is given by a method that would take any. */
final class Objective {
    private Objective() {}

    /** On a mini-batch: all pairs within it, all triplets within it, each code alone, or each code and its own signs as the target; all pairs and the signs. */
    static Variable withinBatch(Loss loss, Batch batch) {
        Variable u = batch.relaxedCodes();
        if (loss instanceof PairLoss pairs) {
            return pairs.of(u, u, batch.pairs());
        }
        if (loss instanceof TripletLoss triplets) {
            return triplets.of(u, u, Triplets.within(batch.pairs()));
        }
        if (loss instanceof PairTargetLoss pairs) {
            return pairs.of(u, u, batch.pairs(), signs(u));
        }
        return alone(loss, u);
    }

    /** With the stored codes of all training samples as constants: every pair of the batch with them; triplets stay within the batch. */
    static Variable withMemory(Loss loss, Batch batch, CodeMemory memory) {
        Variable u = batch.relaxedCodes();
        if (loss instanceof PairTargetLoss pairs) {
            return pairs.of(u, memory.on(batch.pass()), batch.pairsWithAll(), signs(u));
        }
        return loss instanceof PairLoss pairs
                ? pairs.of(u, memory.on(batch.pass()), batch.pairsWithAll())
                : withinBatch(loss, batch);
    }

    private static Variable alone(Loss loss, Variable u) {
        return loss instanceof PointLoss points ? points.of(u) : ((TargetLoss) loss).of(u, signs(u));
    }

    private static Variable signs(Variable u) {
        return u.pass().constant(u.sgn().value());
    }
}
