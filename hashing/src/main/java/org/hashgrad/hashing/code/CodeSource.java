package org.hashgrad.hashing.code;

import org.hashgrad.hashing.data.DataException;

/**
 * Where codes are from. Distances between codes of two models mean nothing.
 *
 * @param name of the file or run, as errors call it
 * @param model SHA-256 of what made the codes, hexadecimal, or empty where that is not known, as of arrays
 */
public record CodeSource(String name, String model) {
    private static final int DIGITS = 12;

    /**
     * Checks that the codes can be compared: both are of one model, or the model of one is not known, which is for the caller to know.
     *
     * @throws DataException that names both, if they are of two models
     */
    public void requireComparable(CodeSource with) {
        if (!model.isEmpty() && !with.model.isEmpty()) {
            requireSame(with);
        }
    }

    /**
     * Checks that the codes can be in one file: both are of one model, or neither has a known one.
     *
     * @throws DataException that names both, otherwise
     */
    void requireSame(CodeSource with) {
        if (!model.equals(with.model)) {
            throw new DataException("codes: " + name + " is of " + described(model) + ", " + with.name + " of "
                    + described(with.model) + "; need one model");
        }
    }

    private static String described(String digest) {
        return digest.isEmpty() ? "no known model" : "model " + digest.substring(0, DIGITS) + "...";
    }
}
