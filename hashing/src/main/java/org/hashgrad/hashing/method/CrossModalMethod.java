package org.hashgrad.hashing.method;

import java.util.List;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DcmhLoss;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.tensor.Shape;

/**
 * A paper's way to train networks that map two media, here called image and text, to codes of one space. {@link CrossModalTrainer} is the one
 * loop that runs it. A method is a record; its components are configuration keys, for example {@code loss.gamma} or
 * {@code image.optimizer.rate}.
 */
public non-sealed interface CrossModalMethod extends Method {
    /**
     * What networks are made for.
     *
     * @param image shape of a sample of the first medium
     * @param text shape of a sample of the second
     * @param classes number of labels
     * @param bits of a code
     */
    record Media(Shape image, Shape text, int classes, int bits) {}

    /** What the network of the first medium is built as. */
    Architecture imageNetwork();

    /**
     * The networks with their initial weights.
     *
     * @throws IllegalArgumentException for a network that does not take its medium; begins with the key
     */
    CrossModalNetworks networks(Blueprint at, Media media);

    /** Every cross-modal method of this library, each with its default settings. */
    static List<CrossModalMethod> shipped() {
        return List.of(
                Dcmh.defaults(new DcmhLoss(1, 1, Balance.NONE, Reduction.MEAN)), Ssah.defaults(), Cmch.defaults());
    }
}
