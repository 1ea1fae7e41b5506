package org.hashgrad.hashing.method;

import java.util.Arrays;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Movement;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.loss.PairLoss;
import org.hashgrad.hashing.loss.Pairs;

/** Which pairs of a batch a loss is taken over. */
public enum Streams {
    /** The batch's samples with one another. */
    ONE,
    /**
     * The first half of the batch with the second, as code with two data layers does: half of L(u₁, u₂) + L(u₂, u₁), so that the terms of
     * single points see both halves.
     */
    TWO;

    /** The loss of the batch's relaxed codes u (n, k). */
    Variable loss(PairLoss loss, Variable u, Batch batch) {
        if (this == ONE) {
            return loss.of(u, u, batch.pairs());
        }
        int n = batch.rows().length;
        int[] first = Arrays.copyOfRange(batch.rows(), 0, n / 2);
        int[] second = Arrays.copyOfRange(batch.rows(), n / 2, n);
        Variable u1 = rows(u, 0, n / 2);
        Variable u2 = rows(u, n / 2, n);
        Labels labels = batch.labels();
        Variable forth = loss.of(u1, u2, Pairs.between(labels, first, labels, second));
        Variable back = loss.of(u2, u1, Pairs.between(labels, second, labels, first));
        return forth.plus(back).times(0.5);
    }

    private static Variable rows(Variable u, int from, int to) {
        return u.apply(
                new Movement.Slice(new int[] {from, 0}, new int[] {to, u.shape().dim(1)}));
    }
}
