package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.nn.model.HashLayer;

/**
 * A paper's way to train a hashing network: the network's last layer, and what is done with its outputs ({@link MethodState}). {@link
 * Trainer} is the one loop that runs it. A method is a record; its components are configuration keys, for example {@code loss.lambda}.
 */
public interface HashingMethod {
    /** As configurations write it, for example {@code dhn}. */
    String name();

    /** The network's last layer. */
    HashLayer head(int bits);

    /** Begins one training. */
    MethodState begin(Training training);

    /** Every method of this library, each with its default settings. */
    static List<HashingMethod> shipped() {
        return List.of(new Dhn(DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR)));
    }
}
