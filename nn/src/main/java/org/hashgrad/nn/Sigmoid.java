package org.hashgrad.nn;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;

/** 1/(1 + e⁻ˣ), elementwise: x (…) → (…). */
public final class Sigmoid extends Stateless {
    @Override
    public Variable forward(Pass pass, Variable x) {
        return x.sigmoid();
    }
}
