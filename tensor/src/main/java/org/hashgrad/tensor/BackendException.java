package org.hashgrad.tensor;

/** A backend can't be opened or a device failed; the message is one line that says what was tried and what to do. */
public class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BackendException(String message) {
        super(message);
    }

    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
