package org.hashgrad.hashing.method;

import org.hashgrad.hashing.loss.CauchyLoss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.nn.model.HashLayer;

/**
 * Deep Cauchy Hashing (Cao, Long, Liu, Wang, CVPR 2018): a tanh hash layer, Cauchy cross-entropy and quantization over the pairs of each
 * batch; codes are the signs. It is made for retrieval inside a small Hamming ball. The paper gives the hash layer, on pretrained features,
 * ten times the learning rate. Without quantization: {@code loss.lambda: 0}.
 */
@Published(
        paper = "Cao, Long, Liu, Wang, CVPR 2018",
        equation = {},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record Dch(CauchyLoss loss) implements HashingMethod {
    @Override
    public String name() {
        return "dch";
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
