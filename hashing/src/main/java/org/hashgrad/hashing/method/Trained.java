package org.hashgrad.hashing.method;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.hashing.code.Codes;

/**
 * What a training leaves besides the network.
 *
 * @param epochs how it went
 * @param trainingCodes learned codes of the training samples, where the method retrieves those instead of the network's
 * @param findings what the method found out, by the name of a JSON file
 * @param pretraining seconds of what the method did to its networks before; 0 where it did nothing
 */
public record Trained(
        List<EpochReport> epochs,
        Optional<Codes> trainingCodes,
        Map<String, Map<String, ?>> findings,
        double pretraining) {
    public Trained {
        epochs = List.copyOf(epochs);
    }
}
