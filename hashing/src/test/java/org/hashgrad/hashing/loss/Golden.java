package org.hashgrad.hashing.loss;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * The golden values of the project's reconstruction of the papers, and of {@code golden_weighted.py} which says formula by formula what
 * papers and code bases compute; float64. Inputs are M(r, c, a, s)_ij = s sin(a + 2i + 3j), i and j from 0: U = M(4, 3, 1, 1.5), the label
 * rows Y are (1, 0), (0, 1), (1, 0), (1, 1), and S is whether a label is shared.
 */
public final class Golden {
    private static final JsonNode PAPERS = read("golden.json");
    private static final JsonNode WEIGHTED = read("golden_weighted.json");

    private Golden() {}

    private static JsonNode required(String key) {
        return PAPERS.has(key) ? PAPERS.get(key) : WEIGHTED.required(key);
    }

    private static JsonNode read(String file) {
        try (InputStream in = Golden.class.getResourceAsStream(file)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static double number(String key) {
        return required(key).doubleValue();
    }

    public static double[] vector(String key) {
        JsonNode elements = required(key);
        double[] vector = new double[elements.size()];
        Arrays.setAll(vector, i -> elements.get(i).doubleValue());
        return vector;
    }

    public static double[][] matrix(String key) {
        JsonNode rows = required(key);
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
