package org.hashgrad.hashing.protocol;

/** A configuration that can't be run; the message is one line that names the key, what was expected and what was found. */
public class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
