package org.hashgrad.hashing.protocol;

/** A baseline that has no codes of so many bits on the data; the message says how many there are. */
public final class TooManyBitsException extends ConfigException {
    private static final long serialVersionUID = 1L;

    TooManyBitsException(String message, Throwable cause) {
        super(message, cause);
    }
}
