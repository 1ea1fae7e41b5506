package org.hashgrad.nn;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;

/** tanh x, elementwise: x (…) → (…). */
public final class Tanh extends Stateless {
    @Override
    public Variable forward(Pass pass, Variable x) {
        return x.tanh();
    }
}
