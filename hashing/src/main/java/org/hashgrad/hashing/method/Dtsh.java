package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.DtshLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.hashing.loss.TripletLoss;
import org.hashgrad.hashing.loss.Triplets;
import org.hashgrad.nn.model.HashLayer;

/**
 * Deep Supervised Hashing with Triplet Labels (Wang, Shi, Kitani, ACCV 2016): a linear hash layer and the likelihood of triplets. Codes are
 * the signs. Without quantization: {@code loss.lambda: 0}.
 * <pre>  MEMORY  positives and negatives are stored outputs of samples outside the batch: for every anchor, {@code positives} similar ones and
 *          {@code negativesPerClass} of every class that it is not in, all combinations; the official code, which has 50 of each
 *   BATCH   every positive with every negative of the anchor in the batch; the gradient reaches all three roles </pre>
 * A batch's own rows are stored before its loss is taken; rows not seen yet are 0 and pull nowhere.
 *
 * @param loss the paper's {@link DtshLoss}, or another on triplets
 * @param positives ≥ 1, read by MEMORY only
 * @param negativesPerClass ≥ 1, read by MEMORY only
 */
@Published(
        paper = "Wang, Shi, Kitani, ACCV 2016",
        equation = {},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.TRIPLET})
public record Dtsh(TripletLoss loss, Source triplets, int positives, int negativesPerClass) implements HashingMethod {
    /** Where an anchor's positives and negatives come from. */
    public enum Source {
        /** The stored outputs outside the batch. */
        MEMORY,
        /** The batch. */
        BATCH
    }

    /** @throws IllegalArgumentException unless both counts are at least 1 */
    public Dtsh {
        requirePositive("positives", positives);
        requirePositive("negativesPerClass", negativesPerClass);
    }

    private static void requirePositive(String component, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("dtsh: " + component + " is " + count + "; need >= 1");
        }
    }

    /** The official MATLAB code: its step, 50 positives with 50 negatives of each other class, λ = 100. */
    public static Dtsh matlab() {
        return new Dtsh(DtshLoss.matlab(100), Source.MEMORY, 50, 50);
    }

    @Override
    public String name() {
        return "dtsh";
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
        if (triplets == Source.BATCH) {
            return batch -> loss.of(batch.relaxedCodes(), batch.relaxedCodes(), Triplets.within(batch.pairs()));
        }
        CodeMemory bank = new CodeMemory(training.backend(), training.count(), training.bits());
        return new MethodState() {
            @Override
            public Variable loss(Batch batch) {
                bank.store(batch);
                Triplets drawn = Triplets.drawn(
                        training.labels(), batch.rows(), batch.key().split("triplets"), positives, negativesPerClass);
                return loss.of(batch.relaxedCodes(), bank.on(batch.pass()), drawn);
            }

            @Override
            public void close() {
                bank.close();
            }
        };
    }

    @Override
    public HashingMethod withLoss(Loss other) {
        return other instanceof TripletLoss ofTriplets
                ? new Dtsh(ofTriplets, triplets, positives, negativesPerClass)
                : HashingMethod.super.withLoss(other);
    }
}
