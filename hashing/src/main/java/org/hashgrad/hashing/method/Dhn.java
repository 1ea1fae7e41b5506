package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.nn.model.HashLayer;

/**
 * The Deep Hashing Network (Zhu, Long, Wang, Cao, AAAI 2016): a tanh hash layer, and the pairwise cross-entropy with quantization over
 * the pairs of each mini-batch; codes are the signs. Departures from the paper are the loss's to state; on pretrained features the paper
 * also gives the hash layer ten times the learning rate, which a network trained from scratch does not need.
 *
 * @param loss of a mini-batch; the paper's, or any other
 */
@Published(
        paper = "Zhu, Long, Wang, Cao, AAAI 2016",
        equation = {},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record Dhn(Loss loss) implements HashingMethod {
    @Override
    public String name() {
        return "dhn";
    }

    @Override
    public List<Loss> objective(int bits) {
        return List.of(loss);
    }

    @Override
    public HashLayer head(int bits) {
        return HashLayer.tanh(bits);
    }

    @Override
    public MethodState begin(Training training) {
        return batch -> Objective.withinBatch(loss, batch);
    }

    @Override
    public Dhn withLoss(Loss other) {
        return new Dhn(other);
    }
}
