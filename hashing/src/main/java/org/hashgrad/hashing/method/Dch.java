package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.nn.model.HashLayer;

/**
 * Deep Cauchy Hashing (Cao, Long, Liu, Wang, CVPR 2018): a tanh hash layer, Cauchy cross-entropy and quantization over the pairs of each
 * batch; codes are the signs. It is made for retrieval inside a small Hamming ball. The paper gives the hash layer, on pretrained features,
 * ten times the learning rate. Without quantization: {@code loss.lambda: 0}.
 *
 * @param loss the paper's {@link org.hashgrad.hashing.loss.CauchyLoss}, or any other
 */
@Published(
        paper = "Cao, Long, Liu, Wang, CVPR 2018",
        equation = {},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record Dch(Loss loss) implements HashingMethod {
    @Override
    public String name() {
        return "dch";
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
    public Dch withLoss(Loss other) {
        return new Dch(other);
    }
}
