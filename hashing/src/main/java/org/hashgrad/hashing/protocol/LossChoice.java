package org.hashgrad.hashing.protocol;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.ShippedLosses;
import org.hashgrad.hashing.loss.custom.LossExpression;
import org.hashgrad.hashing.loss.custom.LossSource;
import org.jspecify.annotations.Nullable;

/**
 * An objective that a configuration puts in the place of the method's own: {@code loss: NAME}, a loss that ships, a class or a source file
 * such as {@code MyLoss.java}; or {@code loss: {dhn.pairwise: 1, dhn.quantization: 0.1}}, a weighted sum.
 *
 * @param keys how the resolved configuration writes it, dotted
 */
record LossChoice(Map<String, Object> keys, Loss loss) {
    static final String SECTION = "loss";
    static final String SOURCE = "loss.source";

    /**
     * Takes its keys out of {@code values}; empty when there are none.
     *
     * @throws KeyException for a weight that is no number, losses that can't be added, or a loss that is not there or can't be made
     */
    static Optional<LossChoice> take(Map<String, @Nullable Object> values) {
        Object given = values.get(SECTION);
        if (given != null && !given.toString().isBlank()) {
            values.put(SOURCE, values.remove(SECTION));
        }
        if (values.containsKey(SOURCE)) {
            String source = String.valueOf(values.remove(SOURCE)).trim();
            try {
                return Optional.of(new LossChoice(Map.of(SOURCE, source), LossSource.named(source)));
            } catch (DataException e) {
                String message = String.valueOf(e.getMessage());
                throw new KeyException(SECTION, message.startsWith("loss: ") ? message : "loss: " + message);
            }
        }
        Map<String, Double> weights = new LinkedHashMap<>();
        Map<String, Object> keys = new LinkedHashMap<>();
        for (String key : values.keySet().toArray(String[]::new)) {
            String name = key.startsWith(SECTION + ".") ? key.substring(SECTION.length() + 1) : "";
            if (name.contains(".") && ShippedLosses.named(name).isPresent()) {
                double weight = (Double) RecordKeys.parse(key, Double.class, values.remove(key));
                weights.put(name, weight);
                keys.put(key, weight);
            }
        }
        if (weights.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LossChoice(keys, LossExpression.of(weights)));
        } catch (IllegalArgumentException e) {
            throw new KeyException(SECTION, SECTION + ": " + e.getMessage());
        }
    }

    /** The source file, where the loss is one; a run keeps a copy of it. */
    Optional<Path> file() {
        return Optional.ofNullable(keys.get(SOURCE))
                .map(String::valueOf)
                .filter(source -> source.endsWith(LossSource.SUFFIX))
                .map(Path::of);
    }
}
