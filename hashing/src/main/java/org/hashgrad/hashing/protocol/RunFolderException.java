package org.hashgrad.hashing.protocol;

/** A run folder that can't be written or read; the message is one line with the path. */
public final class RunFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunFolderException(String message) {
        super(message);
    }

    RunFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
