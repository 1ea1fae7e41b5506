package org.hashgrad.hashing.loss.custom;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.loss.Loss;

/**
 * A weighted sum of losses as a configuration writes it, for example
 * <pre>{@code loss: {dhn.pairwise: 1, dhn.quantization: 0.1}}</pre>
 * Names are those that {@link LossSource} knows.
 */
public final class LossExpression {
    private LossExpression() {}

    /**
     * The sum of the named losses with their weights, in the map's order.
     *
     * @throws org.hashgrad.hashing.data.DataException when a name stands for no loss
     * @throws IllegalArgumentException when the map is empty, a weight is not finite, or the losses have no common input
     */
    public static Loss of(Map<String, Double> weights) {
        List<WeightedLoss.Part> parts = new ArrayList<>();
        weights.forEach((name, weight) -> parts.add(new WeightedLoss.Part(name, weight, LossSource.named(name))));
        return WeightedLoss.of(parts);
    }
}
