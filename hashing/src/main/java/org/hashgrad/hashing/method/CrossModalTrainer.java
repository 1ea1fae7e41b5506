package org.hashgrad.hashing.method;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;

/**
 * The training loop of every cross-modal method. Everything random comes from the plan's seed by (purpose, player, epoch, batch), so the
 * same seed gives the same bits on the same backend.
 *
 * <pre>  try (CrossModalNetworks networks = method.networks(blueprint, media)) {
 *      new CrossModalTrainer(backend, networks, plan, Optional.empty()).fit(images, texts, bits, TrainingListener.SILENT);
 *      RelaxedCodes codes = Trainer.relaxedCodes(backend, networks.image(), images);
 *  }</pre>
 */
public final class CrossModalTrainer {
    private final Backend backend;
    private final CrossModalNetworks networks;
    private final TrainingPlan plan;
    private final Optional<Augmentation> augmentation;

    /**
     * @param networks on {@code backend}; stay the caller's
     * @param plan its schedule is not used: each player has its own
     * @param augmentation of images while networks learn from them
     */
    public CrossModalTrainer(
            Backend backend, CrossModalNetworks networks, TrainingPlan plan, Optional<Augmentation> augmentation) {
        this.backend = backend;
        this.networks = networks;
        this.plan = plan;
        this.augmentation = augmentation;
    }

    /**
     * Trains for the plan's epochs, or until the objective settles within the plan's tolerance.
     *
     * @param images one of each pair
     * @param texts the other, in the same order
     * @throws NotFiniteException when a loss or, at the end of an epoch, a slot of a network is NaN or infinite
     * @throws IllegalArgumentException when there are fewer pairs than a batch, or images and texts are not as many
     */
    public Trained fit(Samples images, Samples texts, int bits, TrainingListener listener) {
        Turn.requireBatch(images.count(), plan);
        RandomKey key = RandomKey.of(plan.seed()).split("method");
        try (CrossModalTraining training = new CrossModalTraining(backend, images, texts, bits, key, augmentation)) {
            long start = System.nanoTime();
            Map<String, Map<String, ?>> findings = networks.pretrain(training);
            double pretraining = findings.isEmpty() ? 0 : (System.nanoTime() - start) * 1e-9;
            CrossModalState state = networks.begin(training);
            List<EpochReport> reports =
                    Course.run(plan, () -> true, number -> epoch(training, state, number, listener), listener);
            return new Trained(reports, Optional.empty(), findings, pretraining);
        }
    }

    private EpochReport epoch(
            CrossModalTraining training, CrossModalState state, int number, TrainingListener listener) {
        long start = System.nanoTime();
        training.players().forEach(player -> player.beginEpoch(number, plan.epochs()));
        Alternation alternation = new Alternation(training, plan, number, listener);
        state.epoch(alternation);
        alternation.requireFinite();
        return alternation.report((System.nanoTime() - start) * 1e-9);
    }
}
