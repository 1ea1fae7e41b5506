package org.hashgrad.hashing.loss;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The golden values of the project's reconstruction of the papers, float64. */
final class Golden {
    private static final JsonNode ROOT = read();

    private Golden() {}

    private static JsonNode read() {
        try (InputStream in = Golden.class.getResourceAsStream("golden.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static double number(String key) {
        return ROOT.required(key).doubleValue();
    }

    static double[][] matrix(String key) {
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
