package org.hashgrad.hashing.loss;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The golden values of the project's reconstruction of the papers, float64. Inputs are M(r, c, a, s)_ij = s sin(a + 2i + 3j), i and j from
 * 0: U = M(4, 3, 1, 1.5), the label rows Y are (1, 0), (0, 1), (1, 0), (1, 1), and S is whether a label is shared.
 */
public final class Golden {
    private static final JsonNode ROOT = read();

    private Golden() {}

    private static JsonNode read() {
        try (InputStream in = Golden.class.getResourceAsStream("golden.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static double number(String key) {
        return ROOT.required(key).doubleValue();
    }

    public static double[] vector(String key) {
        JsonNode values = ROOT.required(key);
        double[] vector = new double[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = values.get(i).doubleValue();
        }
        return vector;
    }

    public static double[][] matrix(String key) {
        JsonNode rows = ROOT.required(key);
        double[][] matrix = new double[rows.size()][];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = new double[rows.get(i).size()];
            for (int j = 0; j < matrix[i].length; j++) {
                matrix[i][j] = rows.get(i).get(j).doubleValue();
            }
        }
        return matrix;
    }
}
