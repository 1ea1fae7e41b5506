package org.hashgrad.autograd;

import java.util.List;
import org.hashgrad.autograd.op.Op;

/** An op's inputs as its vector-Jacobian product sees them, with the word which of them need a gradient at all. */
public final class Inputs {
    private final List<Variable> variables;

    Inputs(List<Variable> variables) {
        this.variables = variables;
    }

    public Variable get(int i) {
        return variables.get(i);
    }

    public int size() {
        return variables.size();
    }

    public List<Variable> all() {
        return variables;
    }

    /** False for constants (images, similarity): {@link Op#vjp} may return null there and skip the work. */
    public boolean needs(int i) {
        return variables.get(i).needsGradient();
    }
}
