package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.CauchyLoss;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.loss.DphLoss;
import org.hashgrad.hashing.loss.DpshLoss;
import org.hashgrad.hashing.loss.DtshLoss;
import org.hashgrad.hashing.loss.HashNetLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.nn.model.HashLayer;

/**
 * A paper's way to train a hashing network: the network's last layer, and what is done with its outputs ({@link MethodState}). {@link
 * Trainer} is the one loop that runs it. A method is a record; its components are configuration keys, for example {@code loss.lambda}.
 */
public non-sealed interface HashingMethod extends Method {
    /** The network's last layer. */
    HashLayer head(int bits);

    /** Begins one training. */
    MethodState begin(Training training);

    /**
     * The same training with another objective, for a researcher's own.
     *
     * @throws IllegalArgumentException when the method takes only its own loss
     */
    default HashingMethod withLoss(Loss loss) {
        throw new IllegalArgumentException("method " + name() + " takes only its own loss; found "
                + loss.getClass().getSimpleName() + ", which dhn, dpsh or dch take");
    }

    /** Every method of this library, each with its default settings. */
    static List<HashingMethod> shipped() {
        return List.of(
                new Dhn(DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR)),
                new Dpsh(DpshLoss.deepHashPytorch()),
                new Dtsh(DtshLoss.mean(0.1), Dtsh.Source.BATCH, 50, 50),
                new HashNet(HashNetLoss.mean(), Streams.ONE, HashNet.Unit.STEPS, 200, 0.005, 0.5),
                new Dch(CauchyLoss.mean(0.1, 20)),
                new Dph(DphLoss.mean(0.1), Streams.ONE),
                Lfh.demo(),
                Dsdh.mean(),
                Adsh.mean(),
                Eddh.mean(),
                Cnnh.mean(),
                Ddsh.mean());
    }
}
