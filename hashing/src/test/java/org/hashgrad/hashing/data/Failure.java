package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** What a {@link DataException} says; every message is one line. */
public final class Failure {
    private Failure() {}

    public static String of(Executable action) {
        String message =
                String.valueOf(assertThrows(DataException.class, action).getMessage());
        assertEquals(-1, message.indexOf('\n'), message);
        return message;
    }
}
