package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.nn.model.HashLayer;

/**
 * Deep Pairwise-Supervised Hashing (Li, Wang, Kang, IJCAI 2016): a linear hash layer, and the likelihood of each batch's pairs with the
 * stored outputs of all training samples. A batch's own rows are stored before its loss is taken, so the bank holds them too, as constants;
 * rows not seen yet are 0 and pull nowhere. Codes are the signs. Without quantization: {@code loss.eta: 0}.
 *
 * @param loss the paper's {@link org.hashgrad.hashing.loss.DpshLoss}, or any other; one that is not on pairs stays within the batch
 */
@Published(
        paper = "Li, Wang, Kang, IJCAI 2016",
        equation = {},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record Dpsh(Loss loss) implements HashingMethod {
    @Override
    public String name() {
        return "dpsh";
    }

    @Override
    public List<Loss> objective(int bits) {
        return List.of(loss);
    }

    @Override
    public HashLayer head(int bits) {
        return HashLayer.linear(bits);
    }

    @Override
    public MethodState begin(Training training) {
        CodeMemory bank = new CodeMemory(training.backend(), training.count(), training.bits());
        return new MethodState() {
            @Override
            public Variable loss(Batch batch) {
                bank.store(batch);
                return Objective.withMemory(loss, batch, bank);
            }

            @Override
            public void close() {
                bank.close();
            }
        };
    }

    @Override
    public Dpsh withLoss(Loss other) {
        return new Dpsh(other);
    }
}
