package org.hashgrad.nn;

import java.util.Arrays;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.RandomKey;

/**
 * Inverted dropout (Srivastava et al. 2014): in training each element is 0 with probability p, else divided by 1 − p; in evaluation the
 * identity. x (…) → (…). The mask comes from the pass's key, so equal keys drop the same elements on every backend.
 */
public final class Dropout extends Stateless {
    private final double probability;

    /** @param probability of zeroing, 0 ≤ p &lt; 1 */
    public Dropout(double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("dropout: probability must be in [0, 1), got " + probability);
        }
        this.probability = probability;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        if (!pass.training() || probability == 0) {
            return x;
        }
        RandomKey key = pass.nextKey("dropout");
        double[] mask = new double[x.shape().size()];
        Arrays.setAll(mask, i -> key.uniform(i) < probability ? 0 : 1 / (1 - probability));
        return x.times(pass.constant(pass.backend().tensor(x.shape(), mask)));
    }
}
