package org.hashgrad.hashing.method;

import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.PairLoss;
import org.hashgrad.hashing.loss.PointLoss;
import org.hashgrad.hashing.loss.TargetLoss;
import org.hashgrad.hashing.loss.TripletLoss;
import org.hashgrad.hashing.loss.Triplets;

/** What a loss of any kind is given by a method that would take any. */
final class Objective {
    private Objective() {}

    /** On a mini-batch: all pairs within it, all triplets within it, each code alone, or each code and its own signs as the target. */
    static Variable withinBatch(Loss loss, Batch batch) {
        Variable u = batch.relaxedCodes();
        if (loss instanceof PairLoss pairs) {
            return pairs.of(u, u, batch.pairs());
        }
        if (loss instanceof TripletLoss triplets) {
            return triplets.of(u, u, Triplets.within(batch.pairs()));
        }
        return alone(loss, u);
    }

    /** With the stored codes of all training samples as constants: every pair of the batch with them; triplets stay within the batch. */
    static Variable withMemory(Loss loss, Batch batch, CodeMemory memory) {
        return loss instanceof PairLoss pairs
                ? pairs.of(batch.relaxedCodes(), memory.on(batch.pass()), batch.pairsWithAll())
                : withinBatch(loss, batch);
    }

    private static Variable alone(Loss loss, Variable u) {
        return loss instanceof PointLoss points
                ? points.of(u)
                : ((TargetLoss) loss).of(u, u.pass().constant(u.sgn().value()));
    }
}
