package org.hashgrad.nn;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;

/** max(x, 0), elementwise: x (…) → (…). */
public final class Relu extends Stateless {
    @Override
    public Variable forward(Pass pass, Variable x) {
        return x.relu();
    }
}
