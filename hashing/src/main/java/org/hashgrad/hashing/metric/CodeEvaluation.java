package org.hashgrad.hashing.metric;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.hashgrad.hashing.code.CodeArray;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.NpyFile;

/**
 * Evaluates codes that anybody made, from four {@code .npy} files.
 *
 * <ul>
 *   <li>codes: (n, k) of a signed integer or floating type, ≥ 0 is +1; or (n, ⌈k / 8⌉) of uint8 as NumPy's {@code packbits} packs
 *       them, which needs {@code bits}
 *   <li>labels: (n,) or (n, 1) whole numbers ≥ 0, one class each; or (n, c) of 0 and 1 with c ≥ 2
 * </ul>
 *
 * @param bits k; required for packed codes, checked against the shape of others
 */
public record CodeEvaluation(
        Path queryCodes, Path queryLabels, Path databaseCodes, Path databaseLabels, OptionalInt bits) {

    /**
     * Reads the files.
     *
     * @throws DataException if a file is broken, or shapes, lengths or kinds do not go together; names files and shapes
     */
    public Retrieval retrieval() {
        NpyFile queryCodeFile = NpyFile.read(queryCodes);
        NpyFile queryLabelFile = NpyFile.read(queryLabels);
        NpyFile databaseCodeFile = NpyFile.read(databaseCodes);
        NpyFile databaseLabelFile = NpyFile.read(databaseLabels);
        Codes query = codes(queryCodeFile, bits);
        Codes database = codes(databaseCodeFile, bits);
        if (query.bits() != database.bits()) {
            throw mismatch(queryCodeFile, databaseCodeFile, "codes of equal length");
        }
        requireRows(queryCodeFile, queryLabelFile);
        requireRows(databaseCodeFile, databaseLabelFile);
        Labels queryLabel = labels(queryLabelFile);
        Labels databaseLabel = labels(databaseLabelFile);
        boolean sameKind = queryLabel instanceof ClassLabels == databaseLabel instanceof ClassLabels;
        if (!sameKind || (queryLabel instanceof MultiLabels && queryLabel.classes() != databaseLabel.classes())) {
            throw mismatch(queryLabelFile, databaseLabelFile, "classes on both sides, or equally many 0/1 columns");
        }
        return new Retrieval(query, queryLabel, database, databaseLabel);
    }

    /**
     * Codes as above.
     *
     * @throws DataException if the file holds none
     */
    public static Codes codes(NpyFile file, OptionalInt bits) {
        boolean packed = file.type().equals("u1");
        if (!packed && !file.type().matches("[if].")) {
            throw rejected(file, "codes", "need signed or floating values, or packed u1");
        }
        int[] shape = file.shape();
        if (packed && bits.isEmpty() && shape.length == 2) {
            throw rejected(
                    file, "codes", "packed u1 codes need bits, here " + (8L * shape[1] - 7) + " to " + 8L * shape[1]);
        }
        return (packed ? CodeArray.PACKED : CodeArray.REAL).read(file, bits);
    }

    /** Labels as above. @throws DataException if the file holds none */
    public static Labels labels(NpyFile file) {
        int[] shape = file.shape();
        if (shape.length < 1 || shape.length > 2 || shape[shape.length - 1] < 1) {
            throw rejected(file, "labels", "need shape (n,), (n, 1) or (n, c)");
        }
        int[] values = file.toInts();
        boolean single = shape.length == 1 || shape[1] == 1;
        return named(file, () -> single ? ClassLabels.of(values) : MultiLabels.ofRows(values, shape[1]));
    }

    private static void requireRows(NpyFile codes, NpyFile labels) {
        int[] shape = labels.shape();
        if (shape.length > 0 && shape[0] != codes.shape()[0]) {
            throw mismatch(codes, labels, "equally many rows");
        }
    }

    private static DataException rejected(NpyFile file, String what, String rule) {
        return new DataException("evaluate: " + file.name() + ": " + what + " are " + file.describe() + "; " + rule);
    }

    /** Puts the file's name before the error of a part that knows no files. */
    private static <T> T named(NpyFile file, Supplier<T> part) {
        try {
            return part.get();
        } catch (DataException e) {
            throw new DataException("evaluate: " + file.name() + ": " + e.getMessage(), e);
        }
    }

    private static DataException mismatch(NpyFile a, NpyFile b, String rule) {
        return new DataException("evaluate: " + a.name() + " is " + a.describe() + ", " + b.name() + " is "
                + b.describe() + "; need " + rule);
    }
}
