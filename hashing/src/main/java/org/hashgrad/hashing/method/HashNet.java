package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.HashNetLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.nn.model.HashLayer;

/**
 * HashNet (Cao, Long, Wang, Yu, ICCV 2017): the weighted likelihood of u = tanh(βz), z the outputs of a linear hash layer, and a β that grows
 * so that u becomes binary by continuation instead of by a quantization term. Codes are the signs of z, which are those of u.
 * <pre>  β = (1 + growth · every · ⌊t / every⌋)^power,   t counted in steps or epochs from 0 </pre>
 * The official code changes β at the t-th step, counted from 1, when {@code every} divides t; that is one step later.
 *
 * @param streams TWO in the official code
 * @param unit STEPS in the official code
 * @param every 200 in the official code
 * @param growth 0.005 in the official code; 0 is no continuation
 * @param power 0.5 in the official code
 */
@Published(
        paper = "Cao, Long, Wang, Yu, ICCV 2017",
        equation = {},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record HashNet(HashNetLoss loss, Streams streams, Unit unit, int every, double growth, double power)
        implements HashingMethod {
    /** What β grows by. */
    public enum Unit {
        /** Batches. */
        STEPS,
        /** Passes over the training set. */
        EPOCHS
    }

    /** @throws IllegalArgumentException unless {@code every} ≥ 1, and growth and power are finite and ≥ 0 */
    public HashNet {
        if (every < 1) {
            throw new IllegalArgumentException("hashnet: every is " + every + "; need >= 1");
        }
        requireNotNegative("growth", growth);
        requireNotNegative("power", power);
    }

    private static void requireNotNegative(String component, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "hashnet: " + component + " is " + value + "; need a finite number >= 0");
        }
    }

    /** The official PyTorch code: two streams, β by steps; similar pairs weigh 100 on ImageNet, 5 on NUS-WIDE, 1 on COCO. */
    public static HashNet pytorch(double similarWeight) {
        return new HashNet(HashNetLoss.pytorch(similarWeight), Streams.TWO, Unit.STEPS, 200, 0.005, 0.5);
    }

    /** swuxyj/DeepHash-pytorch: pairs of the batch, β = √(1 + ⌊epoch / 20⌋). */
    public static HashNet deepHashPytorch(int bits) {
        return new HashNet(HashNetLoss.deepHashPytorch(bits), Streams.ONE, Unit.EPOCHS, 20, 0.05, 0.5);
    }

    @Override
    public String name() {
        return "hashnet";
    }

    @Override
    public List<Loss> objective(int bits) {
        return List.of(loss);
    }

    @Override
    public HashLayer head(int bits) {
        return HashLayer.linear(bits);
    }

    /** β after t units. */
    double beta(long t) {
        return Math.pow(1 + growth * every * Math.floorDiv(t, every), power);
    }

    @Override
    public MethodState begin(Training training) {
        return batch -> {
            double beta = beta(unit == Unit.STEPS ? batch.step() : batch.epoch());
            Variable u = batch.relaxedCodes().times(beta).tanh();
            return streams.loss(loss, u, batch);
        };
    }
}
