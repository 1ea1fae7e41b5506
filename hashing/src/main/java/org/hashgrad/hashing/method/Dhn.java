package org.hashgrad.hashing.method;

import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.nn.model.HashLayer;

/**
 * The Deep Hashing Network (Zhu, Long, Wang, Cao, AAAI 2016): a tanh hash layer, and the pairwise cross-entropy with quantization over
 * the pairs of each mini-batch; codes are the signs. Departures from the paper are the loss's to state; on pretrained features the paper
 * also gives the hash layer ten times the learning rate, which a network trained from scratch does not need.
 */
public record Dhn(DhnLoss loss) implements HashingMethod {
    @Override
    public String name() {
        return "dhn";
    }

    @Override
    public HashLayer head(int bits) {
        return HashLayer.tanh(bits);
    }

    @Override
    public MethodState begin(Training training) {
        return batch -> loss.of(batch.relaxedCodes(), batch.relaxedCodes(), batch.pairs());
    }
}
