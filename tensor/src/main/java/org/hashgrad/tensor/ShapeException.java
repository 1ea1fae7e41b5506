package org.hashgrad.tensor;

/** An operation was given tensors whose shapes do not fit; the message names operation, arguments, shapes and rule. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }
}
