package org.hashgrad.hashing.method;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hashgrad.tensor.RandomKey;

/** One pass over the training set, as a method sees it before and after. */
public final class Epoch {
    private final Training training;
    private final int number;
    private final int epochs;
    private final Map<String, Double> figures = new LinkedHashMap<>();

    Epoch(Training training, int number, int epochs) {
        this.training = training;
        this.number = number;
        this.epochs = epochs;
    }

    public Training training() {
        return training;
    }

    /** From 0. */
    public int number() {
        return number;
    }

    /** How many there will be at most. */
    public int epochs() {
        return epochs;
    }

    /** 0 … n − 1 */
    public int[] allRows() {
        int[] rows = new int[training.count()];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    /** For whatever is random at this epoch for {@code purpose}. */
    public RandomKey key(String purpose) {
        return training.key(purpose).split(number);
    }

    /** Puts a figure into this epoch's line of the log, for example the objective after a step. */
    public void log(String name, double value) {
        figures.put(name, value);
    }

    Map<String, Double> figures() {
        return figures;
    }
}
