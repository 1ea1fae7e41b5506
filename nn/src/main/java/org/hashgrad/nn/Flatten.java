package org.hashgrad.nn;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;

/** Everything but the batch axis in one: x (N, …) → (N, D), row-major. */
public final class Flatten extends Stateless {
    @Override
    public Variable forward(Pass pass, Variable x) {
        if (x.shape().rank() < 2) {
            throw new ShapeException("flatten: need x (N, ...) of rank >= 2, got " + x.shape());
        }
        int batch = x.shape().dim(0);
        return x.reshape(Shape.of(batch, x.shape().size() / batch));
    }
}
