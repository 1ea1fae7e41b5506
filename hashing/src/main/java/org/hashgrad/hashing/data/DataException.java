package org.hashgrad.hashing.data;

/**
 * A file or an array of a data set that breaks its format or its protocol. The message is one line: what was read, where,
 * what was expected and what was found.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
