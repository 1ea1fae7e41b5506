package org.hashgrad.hashing.method;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.tensor.RandomKey;

/**
 * One step of training, as a method sees it.
 *
 * @param training the training at hand
 * @param rows of the training set, in the batch's order (n)
 * @param relaxedCodes the network's outputs for them (n, bits), differentiable
 * @param epoch from 0
 * @param step number of the step in the whole training, from 0
 * @param key for whatever is random in this step
 */
public record Batch(Training training, int[] rows, Variable relaxedCodes, int epoch, long step, RandomKey key) {
    public Pass pass() {
        return relaxedCodes.pass();
    }

    /** The batch's rows of {@code codes} (count, bits), which hold one for every training sample, as a constant (n, bits). */
    public Variable rowsOf(double[][] codes) {
        int bits = relaxedCodes.shape().dim(1);
        double[] values = new double[rows.length * bits];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(codes[rows[i]], 0, values, i * bits, bits);
        }
        return pass().constant(pass().backend().tensor(relaxedCodes.shape(), values));
    }

    /** The batch's samples with one another: (n, n). */
    public Pairs pairs() {
        return Pairs.within(training.labels(), rows);
    }

    /** The batch's samples with all training samples in order: (n, count). */
    public Pairs pairsWithAll() {
        return Pairs.withBank(training.labels(), rows);
    }
}
