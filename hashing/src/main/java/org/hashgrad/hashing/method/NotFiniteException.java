package org.hashgrad.hashing.method;

/** Training met NaN or infinity; the message names epoch, batch and tensor. */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFiniteException(String message) {
        super(message);
    }
}
