package org.hashgrad.hashing.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CodeEvaluationTest {
    private static final int QUERIES = 7;
    private static final int ITEMS = 30;
    private static final int BITS = 12;

    private final Random random = new Random(2);
    private final double[] queryValues = random.doubles(QUERIES * BITS, -1, 1).toArray();
    private final double[] itemValues = random.doubles(ITEMS * BITS, -1, 1).toArray();
    private final Codes query = Codes.fromReal(queryValues, QUERIES, BITS);
    private final Codes database = Codes.fromReal(itemValues, ITEMS, BITS);
    private final int[] queryClasses = random.ints(QUERIES, 0, 3).toArray();
    private final int[] itemClasses = random.ints(ITEMS, 0, 3).toArray();
    private final RetrievalReport expected = RetrievalMetrics.standard(1)
            .evaluate(query, ClassLabels.of(queryClasses), database, ClassLabels.of(itemClasses));

    private final Path qc;
    private final Path ql;
    private final Path dc;
    private final Path dl;

    CodeEvaluationTest(@TempDir Path folder) {
        qc = folder.resolve("qc.npy");
        ql = folder.resolve("ql.npy");
        dc = folder.resolve("dc.npy");
        dl = folder.resolve("dl.npy");
        NpyFile.write(qc, queryValues, QUERIES, BITS);
        NpyFile.write(dc, itemValues, ITEMS, BITS);
        NpyFile.write(ql, queryClasses, QUERIES);
        NpyFile.write(dl, itemClasses, ITEMS);
    }

    @Test
    void realCodesAndClassesGiveTheReport() {
        assertEquals(expected, evaluate());
        assertEquals(expected, evaluate(BITS));
    }

    @Test
    void packedCodesGiveTheSameReport() {
        NpyFile.write(qc, query.toPackedBytes(), QUERIES, 2);
        assertEquals(expected, evaluate(BITS), "packed against real");
        NpyFile.write(dc, database.toPackedBytes(), ITEMS, 2);
        assertEquals(expected, evaluate(BITS));
    }

    @Test
    void codesOfOtherTypesGiveTheSameReport() {
        float[] floats = new float[queryValues.length];
        int[] signs = new int[queryValues.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) queryValues[i];
            signs[i] = queryValues[i] >= 0 ? 1 : -1;
        }
        NpyFile.write(qc, floats, QUERIES, BITS);
        assertEquals(expected, evaluate());
        NpyFile.write(qc, signs, QUERIES, BITS);
        assertEquals(expected, evaluate());
        NpyFile.write(qc, Arrays.stream(signs).asLongStream().toArray(), QUERIES, BITS);
        assertEquals(expected, evaluate());
    }

    @Test
    void labelsAsAColumnAndAsIndicatorRowsGiveTheSameFigures() {
        NpyFile.write(ql, queryClasses, QUERIES, 1);
        assertEquals(expected, evaluate());
        NpyFile.write(ql, indicators(queryClasses), QUERIES, 3);
        NpyFile.write(dl, indicators(itemClasses), ITEMS, 3);
        RetrievalReport rows = evaluate();
        expected.means().forEach((key, mean) -> assertEquals(mean, rows.mean(key), key));
        assertEquals(expected.micro(), rows.micro());
        assertEquals(expected.macro(), rows.macro());
        assertEquals(expected.byRank(), rows.byRank());
        assertEquals(rows.mean("mAP"), rows.mean("graded.weighted_mAP"), 1e-15);
    }

    @Test
    void severalLabelsPerItemAreRead() {
        int[] x = random.ints(QUERIES * 4L, 0, 2).toArray();
        int[] y = random.ints(ITEMS * 4L, 0, 2).toArray();
        NpyFile.write(ql, x, QUERIES, 4);
        NpyFile.write(dl, y, ITEMS, 4);
        assertEquals(
                RetrievalMetrics.standard(1)
                        .evaluate(query, MultiLabels.ofRows(x, 4), database, MultiLabels.ofRows(y, 4)),
                evaluate());
    }

    @Test
    void rowsThatDifferNameBothFilesAndShapes() {
        NpyFile.write(ql, new int[6], 6);
        fails(qc + " is f8 (7, 12), " + ql + " is i4 (6,); need equally many rows");
        NpyFile.write(ql, queryClasses, QUERIES);
        NpyFile.write(dl, new int[62], 31, 2);
        fails(dc + " is f8 (30, 12), " + dl + " is i4 (31, 2); need equally many rows");
    }

    @Test
    void codeLengthsThatDifferNameBothFilesAndShapes() {
        NpyFile.write(dc, new float[ITEMS * 10], ITEMS, 10);
        fails(qc + " is f8 (7, 12), " + dc + " is f4 (30, 10); need codes of equal length");
    }

    @Test
    void labelKindsThatDifferNameBothFilesAndShapes() {
        NpyFile.write(dl, new int[ITEMS * 2], ITEMS, 2);
        fails(ql + " is i4 (7,), " + dl + " is i4 (30, 2); need classes on both sides, or equally many 0/1 columns");
        NpyFile.write(ql, new int[QUERIES * 3], QUERIES, 3);
        fails(ql + " is i4 (7, 3), " + dl + " is i4 (30, 2); need classes on both sides, or equally many 0/1 columns");
    }

    @Test
    void codesOfOtherShapesAreErrors() {
        NpyFile.write(qc, new double[7], 7);
        refuses(" is f8 (7,); need shape (n, k)");
        NpyFile.write(qc, new double[0], 7, 0);
        refuses(" is f8 (7, 0); need shape (n, k)");
        NpyFile.write(qc, new double[QUERIES * 4097], QUERIES, 4097);
        refuses(": codes: bits is 4097; need 1 to 4096");
        NpyFile.write(qc, new double[0], 0, 12);
        fails(qc + " is f8 (0, 12), " + ql + " is i4 (7,); need equally many rows");
    }

    @Test
    void bitsThatDoNotFitTheShapeAreErrors() {
        refuses(" is f8 (7, 12); need (n, 16) for 16 bits", 16);
        NpyFile.write(qc, query.toPackedBytes(), QUERIES, 2);
        fails(qc + ": codes are u1 (7, 2); packed u1 codes need bits, here 9 to 16");
        refuses(" is u1 (7, 2); need (n, 3) of u1 for 17 bits", 17);
        refuses(" is u1 (7, 2); need (n, 0) of u1 for 0 bits", 0);
        byte[] full = new byte[QUERIES * 2];
        Arrays.fill(full, (byte) 255);
        NpyFile.write(qc, full, QUERIES, 2);
        refuses(": codes: packed row 0 has bit 12 set; need 0 from bit 12 on", BITS);
    }

    @Test
    void valuesThatAreNoCodesAreErrors() {
        queryValues[13] = Double.NaN;
        NpyFile.write(qc, queryValues, QUERIES, BITS);
        refuses(": codes: value at row 1, bit 1 is NaN; need a real number");
    }

    @Test
    void typesThatHaveNoSignAreErrors() throws IOException {
        for (String type : new String[] {"b1", "u2", "u8"}) {
            try (InputStream in = NpyFile.class.getResourceAsStream("npy/" + type + "_little.npy")) {
                Files.write(qc, Objects.requireNonNull(in).readAllBytes());
            }
            fails(qc + ": codes are " + type + " (2, 3); need signed or floating values, or packed u1");
        }
    }

    @Test
    void valuesThatAreNoLabelsAreErrors() {
        queryClasses[2] = -1;
        NpyFile.write(ql, queryClasses, QUERIES);
        fails(ql + ": labels: class of sample 2 is -1; need a number >= 0");
        int[] rows = new int[QUERIES * 2];
        rows[5] = 2;
        NpyFile.write(ql, rows, QUERIES, 2);
        fails(ql + ": labels: value at row 2, column 1 is 2; need 0 or 1");
        NpyFile.write(ql, new int[QUERIES], QUERIES, 1, 1);
        fails(ql + ": labels are i4 (7, 1, 1); need shape (n,), (n, 1) or (n, c)");
        NpyFile.write(ql, new int[1]);
        fails(ql + ": labels are i4 (); need shape (n,), (n, 1) or (n, c)");
        NpyFile.write(ql, new int[0], QUERIES, 0);
        fails(ql + ": labels are i4 (7, 0); need shape (n,), (n, 1) or (n, c)");
        NpyFile.write(ql, new double[] {0, 1, 2, 0.5, 0, 0, 0}, QUERIES);
        assertEquals(
                "npy: " + ql + ": value at index [3] is 0.5; need a whole number within 32 bits",
                Failure.of(this::evaluate));
    }

    private void fails(String message) {
        assertEquals("evaluate: " + message, Failure.of(this::evaluate));
    }

    /** In the words of {@link org.hashgrad.hashing.code.CodeArray}. */
    private void refuses(String message) {
        assertEquals("codes: " + qc + message, Failure.of(this::evaluate));
    }

    private void refuses(String message, int bits) {
        assertEquals("codes: " + qc + message, Failure.of(() -> evaluate(bits)));
    }

    private RetrievalReport evaluate() {
        return new CodeEvaluation(qc, ql, dc, dl, OptionalInt.empty())
                .retrieval()
                .evaluate(RetrievalMetrics.standard(1));
    }

    private RetrievalReport evaluate(int bits) {
        return new CodeEvaluation(qc, ql, dc, dl, OptionalInt.of(bits))
                .retrieval()
                .evaluate(RetrievalMetrics.standard(1));
    }

    private static int[] indicators(int[] classes) {
        int[] rows = new int[classes.length * 3];
        for (int i = 0; i < classes.length; i++) {
            rows[i * 3 + classes[i]] = 1;
        }
        return rows;
    }
}
