package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.hashing.loss.DphLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.nn.model.HashLayer;

/**
 * Deep Priority Hashing (Cao, Sun, Long, Wang, Yu, ACM MM 2018): a tanh hash layer, and pairs and points that weigh the more the harder they
 * are; codes are the signs. The official code gives the hash layer, on pretrained features, ten times the learning rate and its bias twenty
 * times. Without quantization: {@code loss.lambda: 0}; without priority: {@code loss.gamma: 0}.
 *
 * @param streams TWO in the official code
 */
@Published(
        paper = "Cao, Sun, Long, Wang, Yu, ACM MM 2018",
        equation = {},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record Dph(DphLoss loss, Streams streams) implements HashingMethod {
    /** The official Caffe code: half of its objective, so twice its rate. */
    public static Dph caffe(int bits) {
        return new Dph(DphLoss.caffeLayers(bits), Streams.TWO);
    }

    @Override
    public String name() {
        return "dph";
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
        return batch -> streams.loss(loss, batch.relaxedCodes(), batch);
    }
}
