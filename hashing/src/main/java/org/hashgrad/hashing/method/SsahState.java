package org.hashgrad.hashing.method;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.nn.Sequential;
import org.hashgrad.nn.model.LabeledHashNetwork;
import org.hashgrad.nn.model.LabeledHashNetwork.Outputs;
import org.hashgrad.tensor.Shape;

/**
 * A training of SSAH. It stores for each network the features (n, s) and relaxed codes (n, bits) of all training items, and the unified codes
 * (n, bits); nothing is of the size n².
 */
final class SsahState implements CrossModalState {
    private final Ssah method;
    private final CrossModalTraining training;
    private final Side image;
    private final Side text;
    private final Optional<Side> label;
    private final Optional<SsahNetworks.Discriminators> discriminators;
    private final Optional<Player> adversary;
    private final CodeMemory unified;

    /** A network in training, and its features and codes of all items as they were last seen. */
    private final class Side {
        private final LabeledHashNetwork network;
        private final Player player;
        private final CodeMemory features;
        private final CodeMemory codes;

        /** @param samples of the player as they are, without augmentation */
        Side(LabeledHashNetwork network, Player player, Samples samples) {
            this.network = network;
            this.player = player;
            this.codes = training.outputsOf(player);
            float[] outputs = Training.outputs(training.backend(), network.backbone(), samples);
            this.features = training.memory(outputs.length / training.count());
            this.features.assign(outputs);
        }
    }

    SsahState(Ssah method, SsahNetworks networks, CrossModalTraining training) {
        this.method = method;
        this.training = training;
        this.label = networks.label().map(network -> labelSide(network, labelSamples()));
        this.image = new Side(
                networks.image(),
                training.imagePlayer(networks.image(), method.image().optimizer()),
                training.images());
        this.text = new Side(
                networks.text(),
                training.textPlayer(networks.text(), method.text().optimizer()),
                training.texts());
        this.discriminators = networks.adversary();
        this.adversary = discriminators.map(module -> training.player(
                "adversary",
                module,
                method.adversary().optimizer(),
                label.orElseThrow().features.samples(training.labels())));
        this.unified = training.memory(training.bits());
        unify();
    }

    private Side labelSide(LabeledHashNetwork network, Samples samples) {
        return new Side(
                network, training.player("label", network, method.label().optimizer(), samples), samples);
    }

    private Samples labelSamples() {
        Labels labels = training.labels();
        int[] all = IntStream.range(0, labels.count()).toArray();
        return new Samples(Shape.of(labels.classes()), labels.indicators(all), labels);
    }

    @Override
    public void epoch(Alternation alternation) {
        if (method.order() == Ssah.Order.GENERATORS_FIRST) {
            label(alternation);
            media(alternation);
            adversary(alternation);
        } else {
            label(alternation);
            adversary(alternation);
            media(alternation);
        }
        unify();
    }

    private void label(Alternation alternation) {
        SsahPasses passes = method.passes();
        label.ifPresent(side -> passes.run(
                side.player,
                passes.label(),
                passes.labelStages(),
                () -> alternation.train(side.player, this::ofLabels)));
    }

    private void media(Alternation alternation) {
        SsahPasses passes = method.passes();
        passes.run(
                image.player,
                passes.image(),
                passes.mediumStages(),
                () -> alternation.train(image.player, batch -> ofMedium(batch, image, text)));
        passes.run(
                text.player,
                passes.text(),
                passes.mediumStages(),
                () -> alternation.train(text.player, batch -> ofMedium(batch, text, image)));
    }

    private void adversary(Alternation alternation) {
        SsahPasses passes = method.passes();
        adversary.ifPresent(player ->
                passes.run(player, 1, passes.adversary(), () -> alternation.oppose(player, this::ofAdversary)));
    }

    private void unify() {
        unified.assignSigns(codes().toArray(CodeMemory[]::new));
    }

    /** The stored relaxed codes of each network. */
    List<CodeMemory> codes() {
        return Stream.concat(label.stream(), Stream.of(image, text))
                .map(side -> side.codes)
                .toList();
    }

    /** B */
    CodeMemory unified() {
        return unified;
    }

    /** Stored at the batch's rows first, so that the batch is paired with itself as it is now; stored rows have no gradient. */
    private Variable ofLabels(Batch batch) {
        Side side = label.orElseThrow();
        Outputs outputs = side.network.outputs(batch.pass(), batch.input());
        return ownPairs(batch, outputs, side, batch.input());
    }

    private Variable ownPairs(Batch batch, Outputs outputs, Side side, Variable labels) {
        batch.relaxedCodesAre(outputs.relaxedCodes());
        side.features.store(batch, outputs.features());
        side.codes.store(batch, outputs.relaxedCodes());
        return against(batch, outputs, side, batch.pairsWithAll(), labels);
    }

    private Variable against(Batch batch, Outputs outputs, Side other, Pairs pairs, Variable labels) {
        Pass pass = batch.pass();
        return method.loss()
                .of(outputs, other.features.on(pass), other.codes.on(pass), pairs, batch.rowsOf(unified), labels);
    }

    private Variable ofMedium(Batch batch, Side side, Side other) {
        Outputs outputs = side.network.outputs(batch.pass(), batch.input());
        Variable labels = labelsOf(batch);
        if (method.anchor() == Ssah.Anchor.OWN) {
            return ownPairs(batch, outputs, side, labels);
        }
        batch.relaxedCodesAre(outputs.relaxedCodes());
        batch.keep(outputs.features(), side.features);
        batch.keep(outputs.relaxedCodes(), side.codes);
        Variable loss = against(batch, outputs, label.orElse(other), batch.pairsWithAll(), labels);
        if (discriminators.isEmpty() || !method.adversary().reaches()) {
            return loss;
        }
        Sequential discriminator = side == image
                ? discriminators.get().image()
                : discriminators.get().text();
        Variable scores = discriminator.forward(batch.pass(), outputs.features());
        return loss.plus(method.adversaryLoss()
                .generator(scores)
                .times(method.adversary().weight()));
    }

    /** The input is the label network's features; both media's are as last stored. */
    private Variable ofAdversary(Batch batch) {
        SsahNetworks.Discriminators both = discriminators.orElseThrow();
        return ofDiscriminator(batch, both.image(), image).plus(ofDiscriminator(batch, both.text(), text));
    }

    private Variable ofDiscriminator(Batch batch, Sequential discriminator, Side medium) {
        Pass pass = batch.pass();
        return method.adversaryLoss()
                .discriminator(
                        discriminator.forward(pass, batch.input()),
                        discriminator.forward(pass, batch.rowsOf(medium.features)));
    }

    private Variable labelsOf(Batch batch) {
        int[] rows = batch.rows();
        Shape shape = Shape.of(rows.length, batch.labels().classes());
        return batch.pass()
                .constant(batch.pass().backend().tensor(shape, batch.labels().indicators(rows)));
    }
}
