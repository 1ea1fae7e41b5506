package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hashgrad.hashing.loss.AdversaryLoss;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Dropout;
import org.hashgrad.nn.Interpolation;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.MultiScaleFusion;
import org.hashgrad.nn.Sequential;
import org.hashgrad.nn.model.Architecture;
import org.hashgrad.nn.model.FeatureLayer;
import org.hashgrad.nn.model.LabeledHashNetwork;
import org.hashgrad.nn.model.SemanticNetwork;
import org.hashgrad.nn.model.SemanticNetwork.Hidden;
import org.hashgrad.nn.model.SemanticNetwork.Norm;
import org.hashgrad.nn.model.Start;
import org.hashgrad.tensor.Shape;

/**
 * Self-Supervised Adversarial Hashing (Li, Deng, Li, Liu, Gao, Tao, CVPR 2018): a network of the labels shows those of images and texts what
 * features and codes to have, and discriminators, one for each medium, learn to tell their features from the label network's.
 * <pre>  repeat:  label network     L with Fˡ and Hˡ its own stored features and codes, without λ
 *           image network     L with those of the label network, D its discriminator, which stands still
 *           text network      likewise
 *           discriminators    {@link AdversaryLoss}: features of labels have target 1, those of the medium 0
 *           B = sgn(Hˡ + Hᵛ + Hᵗ)
 *   L = α J1 + γ J2 + η J3 + β J4 + λ (D(F) − 1)²
 *   J1, J2 = Σ_ij ( softplus(θ_ij) − s_ij θ_ij ),   θ_ij = ½ ⟨Fˡ_i, F_j⟩, ½ ⟨Hˡ_i, H_j⟩
 *   J3 = ‖H − B‖²,   J4 = ‖σ(logits) − L‖² </pre>
 * Each turn descends its own objective; the sum of all need not fall from epoch to epoch, as the label network's turn changes what the others are paired with.
 * What is stored of an item is what its network gave for it in its last training step, before the step moved the network, as in the published code:
 * dropout and batch statistics are in it where a configuration has them, which neither paper nor code do. Codes of a new image or text are the signs of its
 * own network's outputs in evaluation mode. The label head gives an image's keywords.
 *
 * @param loss the objective of each network
 * @param anchor what images and texts are paired with, the label network but for an ablation
 * @param order of the turns
 * @param passes of each network in an epoch
 * @param features width s of the features; 512 in the paper
 * @param start of layers
 * @param label the label network
 * @param image the image network
 * @param text the text network
 * @param adversary the discriminators; they know the label network's features, so without one their weight is 0
 */
@Published(
        paper = "Li, Deng, Li, Liu, Gao, Tao, CVPR 2018",
        equation = {
            "L = α J1 + γ J2 + η J3 + β J4 + λ (D(F) − 1)²",
            "J1, J2 = Σ_ij ( softplus(θ_ij) − s_ij θ_ij ),   θ_ij = ½ ⟨Fˡ_i, F_j⟩, ½ ⟨Hˡ_i, H_j⟩",
            "J3 = ‖H − B‖²,   J4 = ‖σ(logits) − L‖²",
            "B = sgn(Hˡ + Hᵛ + Hᵗ)"
        },
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE, Taxonomy.DISCRETE})
public record Ssah(
        SsahObjective loss,
        Anchor anchor,
        Order order,
        SsahPasses passes,
        int features,
        Beginning start,
        Label label,
        Image image,
        Text text,
        Adversary adversary)
        implements CrossModalMethod {
    /** What the pair terms of images and texts are made with. */
    public enum Anchor {
        /** The label network's features and codes. */
        LABELS,
        /** The medium's own, without a label network. */
        OWN,
        /** The other medium's, without a label network. */
        OTHER
    }

    /** Order of the turns in an epoch. */
    public enum Order {
        /** Label network, image network, text network, discriminators: the paper. */
        GENERATORS_FIRST,
        /** Label network, discriminators, image network, text network: the published code. */
        ADVERSARY_SECOND
    }

    /** How layers start that are not pretrained. */
    public enum Beginning {
        /** {@link Start#kaiming}. */
        KAIMING,
        /** {@link Start#gaussian}: the published code. */
        GAUSSIAN;

        private Start start() {
            return this == KAIMING ? Start.kaiming() : Start.gaussian();
        }
    }

    /**
     * The keys {@code label.*}.
     *
     * @param hidden layer of the network; 4096 units in the paper, with response normalisation in the code
     */
    public record Label(Hidden hidden, OptimizerSettings optimizer) {}

    /**
     * The keys {@code image.*}.
     *
     * @param network up to the features; CNN-F in the paper
     * @param dropout of features on their way to the heads; 0 in the paper
     */
    public record Image(Architecture network, double dropout, OptimizerSettings optimizer) {
        /** @throws IllegalArgumentException for a dropout outside of [0, 1) */
        public Image {
            requireDropout("image", dropout);
        }
    }

    /**
     * The keys {@code text.*}.
     *
     * @param scales of the fusion, separated by spaces; empty: no fusion, a network of dense layers
     * @param unit words of scale 1
     * @param interpolation back to the number of words
     * @param hidden layer of the network; 4096 units with response normalisation in the paper
     * @param neck whether features are response normalised on their way to the heads, as in the published code
     * @param dropout of features on their way to the heads; 0 in the paper
     */
    public record Text(
            String scales,
            int unit,
            Interpolation interpolation,
            Hidden hidden,
            boolean neck,
            double dropout,
            OptimizerSettings optimizer) {
        /** @throws IllegalArgumentException for scales that are no different numbers >= 1, a unit below 1, or a dropout outside of [0, 1) */
        public Text {
            requireDropout("text", dropout);
            if (!scales.isBlank()) {
                form(scales, unit, interpolation);
            }
        }

        private static MultiScaleFusion.Form form(String scales, int unit, Interpolation interpolation) {
            try {
                List<Integer> numbers = Arrays.stream(scales.trim().split("[ ,]+"))
                        .map(Integer::valueOf)
                        .toList();
                return new MultiScaleFusion.Form(numbers, unit, interpolation);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "text: scales is '" + scales + "'; need whole numbers separated by spaces", e);
            }
        }

        Optional<MultiScaleFusion.Form> fusion() {
            return scales.isBlank() ? Optional.empty() : Optional.of(form(scales, unit, interpolation));
        }
    }

    /**
     * The keys {@code adversary.*}.
     *
     * @param weight λ of the images' and texts' part; 0: no discriminators
     * @param form of the loss; least squares in the paper, cross-entropy in the code
     * @param reaches whether a gradient reaches the image and text network, which in the published code it does not
     * @param first and {@code second}: units of the hidden layers; 4096 and 4096 in the paper, 512 and 256 in the code
     */
    public record Adversary(
            double weight,
            AdversaryLoss.Form form,
            boolean reaches,
            int first,
            int second,
            OptimizerSettings optimizer) {
        /** @throws IllegalArgumentException for a negative weight or layers without units */
        public Adversary {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException("adversary: weight is " + weight + "; need a finite number >= 0");
            }
            if (first < 1 || second < 1) {
                throw new IllegalArgumentException(
                        "adversary: first is " + first + " and second " + second + "; need units >= 1");
            }
        }
    }

    /** @throws IllegalArgumentException without features, or for an adversary without a label network */
    public Ssah {
        if (anchor != Anchor.LABELS && adversary.weight() > 0) {
            throw new IllegalArgumentException(
                    "ssah: anchor is " + anchor.name().toLowerCase(Locale.ROOT)
                            + " with adversary.weight " + adversary.weight()
                            + "; need adversary.weight 0, as discriminators know the label network's features");
        }
        if (features < 1) {
            throw new IllegalArgumentException("ssah: features is " + features + "; need >= 1");
        }
    }

    /** Small networks for small images, trained by Adam. */
    static Ssah defaults() {
        Hidden hidden = new Hidden(1024, Norm.BATCH, 0.5);
        return new Ssah(
                new SsahObjective(
                        SsahObjective.Pair.INNER,
                        SsahObjective.Target.UNIFIED,
                        0.01,
                        1,
                        0.1,
                        1,
                        Balance.NONE,
                        Reduction.MEAN),
                Anchor.LABELS,
                Order.GENERATORS_FIRST,
                new SsahPasses(5, 1, 1, 1, 1, 1, 1, 0),
                256,
                Beginning.KAIMING,
                new Label(Hidden.of(512), adam(1e-3)),
                new Image(Architecture.SMALL_CNN, 0, adam(1e-3)),
                new Text("10 6 3 2 1", 5, Interpolation.LEGACY_BILINEAR, hidden, false, 0, adam(1e-3)),
                new Adversary(0.001, AdversaryLoss.Form.LEAST_SQUARES, true, 256, 256, adam(1e-4)));
    }

    private static void requireDropout(String medium, double dropout) {
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(medium + ": dropout is " + dropout + "; need >= 0 and < 1");
        }
    }

    private static OptimizerSettings adam(double rate) {
        return OptimizerSettings.adam(rate).with(OptimizerSettings.Decline.COSINE, 10, 0.1);
    }

    @Override
    public String name() {
        return "ssah";
    }

    @Override
    public List<Loss> objective(int bits) {
        List<Loss> losses = new ArrayList<>(loss.losses(bits));
        if (adversary.weight() > 0) {
            losses.add(adversaryLoss());
        }
        return losses;
    }

    /** Of the discriminators and, where it reaches them, the networks of images and texts. */
    AdversaryLoss adversaryLoss() {
        return new AdversaryLoss(adversary.form(), loss.reduction());
    }

    @Override
    public Architecture imageNetwork() {
        return image.network();
    }

    @Override
    public CrossModalNetworks networks(Blueprint at, Media media) {
        FeatureLayer layer = new FeatureLayer(features, start.start());
        return at.build(here -> new SsahNetworks(
                this,
                imageNetwork(here.at("image"), media, layer),
                textNetwork(here.at("text"), media, layer),
                anchor == Anchor.LABELS ? Optional.of(labelNetwork(here.at("label"), media, layer)) : Optional.empty(),
                adversary.weight() > 0 ? Optional.of(discriminators(here.at("adversary"))) : Optional.empty()));
    }

    private LabeledHashNetwork labelNetwork(Blueprint at, Media media, FeatureLayer layer) {
        Sequential backbone = SemanticNetwork.of(at, media.classes(), label.hidden(), layer);
        return LabeledHashNetwork.of(at, layer, backbone, media.bits(), media.classes());
    }

    private LabeledHashNetwork imageNetwork(Blueprint at, Media media, FeatureLayer layer) {
        Sequential backbone = ImageSettings.ending(image.network(), at, media.image(), layer);
        return LabeledHashNetwork.of(at, layer, backbone, neck(false, image.dropout()), media.bits(), media.classes());
    }

    private LabeledHashNetwork textNetwork(Blueprint at, Media media, FeatureLayer layer) {
        Shape sample = media.text();
        Sequential backbone = text.fusion()
                .map(form -> SemanticNetwork.ofText(at, sample.size(), form, text.hidden(), layer))
                .orElseGet(() -> SemanticNetwork.of(at, sample.size(), text.hidden(), layer));
        Sequential neck = neck(text.neck(), text.dropout());
        return LabeledHashNetwork.of(at, layer, backbone, neck, media.bits(), media.classes());
    }

    private static Sequential neck(boolean normalized, double dropout) {
        List<Module> modules = new ArrayList<>();
        if (normalized) {
            modules.add(SemanticNetwork.responseNorm());
        }
        if (dropout > 0) {
            modules.add(new Dropout(dropout));
        }
        return new Sequential(modules);
    }

    private SsahNetworks.Discriminators discriminators(Blueprint at) {
        int[] units = {adversary.first(), adversary.second()};
        return new SsahNetworks.Discriminators(
                SemanticNetwork.discriminator(at.at("image"), features, start.start(), units),
                SemanticNetwork.discriminator(at.at("text"), features, start.start(), units));
    }
}
