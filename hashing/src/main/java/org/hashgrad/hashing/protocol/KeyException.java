package org.hashgrad.hashing.protocol;

/** What is wrong with one key, before it is known where the key was written. */
final class KeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /** @param message names the key */
    KeyException(String key, String message) {
        super(message);
        this.key = key;
    }

    String key() {
        return key;
    }
}
