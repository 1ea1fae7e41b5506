package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.CauchyLoss;
import org.hashgrad.hashing.loss.CmchLogisticLoss;
import org.hashgrad.hashing.loss.CmchLoss;
import org.hashgrad.hashing.loss.DpshLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.PairTargetLoss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.BoltzmannPretraining;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.nn.model.DenseNetwork;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.nn.model.HashNetwork;

/**
 * Cauchy cross-media hashing (Computer Systems & Applications 30(8), 2021): two networks with outputs X and Y in (−1, 1), each trained by
 * {@link CmchLoss} against the other's stored outputs of all training pairs, then their common codes.
 * <pre>  before:  each layer of the text network as a restricted Boltzmann machine, where {@code text.boltzmann.epochs} says so
 *  repeat:  image network   one pass over the pairs, X at a batch from the network, Y and B as stored
 *           text network    likewise with X and Y exchanged
 *           B = sgn(X + Y)</pre>
 * X and Y begin as the networks' outputs before training. Codes of a new image or text are the signs of its network's outputs.
 *
 * @param loss the paper's objective
 * @param likelihood of a similar pair; SIGMOID, the methods' before, is for comparison and has not the Euclidean distance
 * @param image a residual network of ten layers in the paper
 * @param text d → 8192 → 4096 → k, as read here
 */
@Published(
        paper = "Computer Systems & Applications 30(8), 2021",
        equation = {},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE})
public record Cmch(CmchLoss loss, Likelihood likelihood, ImageSettings image, Text text) implements CrossModalMethod {
    /** P(s = 1) of a pair of distance φ. */
    public enum Likelihood {
        /** γ / (γ + φ) */
        CAUCHY,
        /** 1 / (1 + exp(φ − k/2)) */
        SIGMOID;

        /** At a distance φ of codes of k bits. */
        public double ofSimilar(double distance, double gamma, int bits) {
            return switch (this) {
                case CAUCHY -> gamma / (gamma + distance);
                case SIGMOID -> 1 / (1 + Math.exp(distance - bits / 2.0));
            };
        }
    }

    /**
     * The keys {@code text.*}.
     *
     * @param units1 of the first hidden layer
     * @param units2 of the second
     * @param boltzmann pretraining of both, on texts of values in [0, 1]
     * @param optimizer that trains the network
     */
    public record Text(int units1, int units2, BoltzmannPretraining boltzmann, OptimizerSettings optimizer) {
        /** @throws IllegalArgumentException unless each layer has a unit */
        public Text {
            if (units1 < 1 || units2 < 1) {
                throw new IllegalArgumentException(
                        "text: units1 is " + units1 + ", units2 is " + units2 + "; need >= 1");
            }
        }
    }

    /** @throws IllegalArgumentException for the sigmoid of the Euclidean distance */
    public Cmch {
        objective(loss, likelihood);
    }

    /** The paper's weights, rates and schedule, with a small image network and text layers without pretraining. */
    public static Cmch defaults() {
        CmchLoss loss =
                new CmchLoss(1, 10, CauchyLoss.Distance.INNER, 1e-6, Balance.NONE, DpshLoss.Normalization.PER_PAIR);
        return new Cmch(
                loss,
                Likelihood.CAUCHY,
                new ImageSettings(Architecture.SMALL_CNN, rmsprop(1e-4)),
                new Text(8192, 4096, new BoltzmannPretraining(0, 0.05, 2e-4, 128), rmsprop(3e-4)));
    }

    private static OptimizerSettings rmsprop(double rate) {
        return OptimizerSettings.rmsprop(rate).with(OptimizerSettings.Decline.STEP, 15, 0.5);
    }

    @Override
    public String name() {
        return "cmch";
    }

    @Override
    public List<Loss> objective(int bits) {
        return List.of(byLikelihood());
    }

    /** The objective of a batch. */
    PairTargetLoss byLikelihood() {
        return objective(loss, likelihood);
    }

    private static PairTargetLoss objective(CmchLoss loss, Likelihood likelihood) {
        return switch (likelihood) {
            case CAUCHY -> loss;
            case SIGMOID -> new CmchLogisticLoss(loss.alpha(), loss.distance(), loss.balance(), loss.normalization());
        };
    }

    @Override
    public Architecture imageNetwork() {
        return image.network();
    }

    @Override
    public CrossModalNetworks networks(Blueprint at, Media media) {
        HashLayer tanh = HashLayer.tanh(media.bits());
        return at.build(here -> {
            HashNetwork images = image.of(here.at("image"), media.image(), tanh);
            HashNetwork texts = new HashNetwork(
                    DenseNetwork.plain(here.at("text"), media.text(), tanh, text.units1(), text.units2()));
            return new TwoNetworks(
                    images,
                    texts,
                    image.optimizer(),
                    text.optimizer(),
                    this::lossOf,
                    training -> pretrained(texts, training));
        });
    }

    /** The error of every epoch by layer; nothing without pretraining. */
    private Map<String, Map<String, ?>> pretrained(HashNetwork texts, CrossModalTraining training) {
        BoltzmannPretraining boltzmann = text.boltzmann();
        int epochs = boltzmann.epochs();
        if (epochs == 0) {
            return Map.of();
        }
        List<Linear> layers = texts.backbone().modules().stream()
                .filter(Linear.class::isInstance)
                .map(Linear.class::cast)
                .toList();
        List<Double> errors = new ArrayList<>();
        boltzmann.run(
                layers, training.texts().values(), training.key("boltzmann"), (layer, error) -> errors.add(error));
        return Map.of(
                "boltzmann.json",
                Map.of(
                        "fc1", List.copyOf(errors.subList(0, epochs)),
                        "fc2", List.copyOf(errors.subList(epochs, 2 * epochs))));
    }

    private Variable lossOf(Batch batch, CodeMemory own, CodeMemory other, CodeMemory codes) {
        return byLikelihood()
                .of(batch.relaxedCodes(), other.on(batch.pass()), batch.pairsWithAll(), batch.rowsOf(codes));
    }
}
