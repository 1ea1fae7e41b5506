package org.hashgrad.hashing.method;

import java.util.List;
import java.util.Map;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.DcmhLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.nn.model.DenseNetwork;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Shape;

/**
 * Deep Cross-Modal Hashing (Jiang, Li, CVPR 2017): two networks with linear outputs F and G, each trained by {@link DcmhLoss} against the
 * other's stored outputs of all training pairs, then their common codes.
 * <pre>  repeat:  image network   one pass over the pairs, F at a batch from the network, G, B and the rest of F as stored
 *           text network    likewise with F and G exchanged
 *           B = sgn(F + G)</pre>
 * F and G begin as the networks' outputs before training, where the paper's code begins with 0 or noise. Codes of a new image or text are the
 * signs of its network's outputs.
 *
 * @param loss the paper's objective
 * @param image CNN-F in the paper
 * @param text d → 8192 → k in the paper
 */
@Published(
        paper = "Jiang, Li, CVPR 2017",
        equation = {},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE})
public record Dcmh(DcmhLoss loss, ImageSettings image, Text text) implements CrossModalMethod {
    /**
     * The keys {@code text.*}.
     *
     * @param units of the hidden layer
     * @param optimizer that trains the network
     */
    public record Text(int units, OptimizerSettings optimizer) {
        /** @throws IllegalArgumentException unless there is a unit */
        public Text {
            if (units < 1) {
                throw new IllegalArgumentException("text: units is " + units + "; need >= 1");
            }
        }
    }

    /** With that loss, a small image network and stochastic gradient descent. */
    public static Dcmh defaults(DcmhLoss loss) {
        OptimizerSettings sgd = OptimizerSettings.sgd();
        return new Dcmh(loss, new ImageSettings(Architecture.SMALL_CNN, sgd), new Text(8192, sgd));
    }

    @Override
    public String name() {
        return "dcmh";
    }

    @Override
    public List<Loss> objective(int bits) {
        return List.of(loss);
    }

    @Override
    public Architecture imageNetwork() {
        return image.network();
    }

    @Override
    public CrossModalNetworks networks(Blueprint at, Media media) {
        HashLayer linear = HashLayer.linear(media.bits());
        return at.build(here -> new TwoNetworks(
                image.of(here.at("image"), media.image(), linear),
                new HashNetwork(DenseNetwork.plain(here.at("text"), media.text(), linear, text.units())),
                image.optimizer(),
                text.optimizer(),
                this::lossOf,
                training -> Map.of()));
    }

    private Variable lossOf(Batch batch, CodeMemory own, CodeMemory other, CodeMemory codes) {
        Pass pass = batch.pass();
        double[] rest = own.sumWithout(batch.rows());
        return loss.of(
                batch.relaxedCodes(),
                other.on(pass),
                batch.pairsWithAll(),
                batch.rowsOf(codes),
                pass.constant(pass.backend().tensor(Shape.of(1, rest.length), rest)));
    }
}
