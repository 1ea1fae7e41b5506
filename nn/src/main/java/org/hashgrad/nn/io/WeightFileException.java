package org.hashgrad.nn.io;

import java.io.IOException;

/** A weight file is damaged or does not fit; the message is one line that names file, tensor, what was expected and what was found. */
public final class WeightFileException extends IOException {
    private static final long serialVersionUID = 1L;

    public WeightFileException(String message) {
        super(message);
    }

    WeightFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
