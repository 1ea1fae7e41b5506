package org.hashgrad.hashing.method;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.nn.model.LabeledHashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.jspecify.annotations.Nullable;

/**
 * The training loop of every method, and the encoding of a set afterwards. Everything random comes from the plan's seed by (purpose,
 * epoch, batch), so the same seed gives the same bits on the same backend.
 *
 * <pre>  try (HashNetwork network = …; Optimizer optimizer = …) {
 *      Trainer trainer = new Trainer(backend, network, method, optimizer, plan);
 *      trainer.fit(training, TrainingListener.SILENT);
 *      Codes codes = trainer.encode(query);
 *  }</pre>
 */
public final class Trainer {
    private final Backend backend;
    private final HashNetwork network;
    private final HashingMethod method;
    private final Optimizer optimizer;
    private final TrainingPlan plan;

    /** @param network ends with the method's head; its slots and the optimiser's live on {@code backend} and stay the caller's */
    public Trainer(Backend backend, HashNetwork network, HashingMethod method, Optimizer optimizer, TrainingPlan plan) {
        this.backend = backend;
        this.network = network;
        this.method = method;
        this.optimizer = optimizer;
        this.plan = plan;
    }

    /** As {@link #fit(Samples, float[], TrainingListener)}, with the backbone's own features. */
    public Trained fit(Samples samples, TrainingListener listener) {
        return fit(samples, null, listener);
    }

    /**
     * Trains for the plan's epochs, or until the objective settles within the plan's tolerance.
     *
     * @param features (n, d) of the samples, row-major, from a pretrained network; null: the backbone's own
     * @throws NotFiniteException when the loss or, at the end of an epoch, a slot of the network is NaN or infinite
     * @throws IllegalArgumentException when there are fewer samples than a batch
     */
    public Trained fit(Samples samples, float @Nullable [] features, TrainingListener listener) {
        Turn.requireBatch(samples.count(), plan);
        RandomKey seed = RandomKey.of(plan.seed());
        int bits = network.hash().parameters().get(0).shape().dim(0);
        Training training = new Training(backend, network, samples, bits, seed.split("method"), features);
        Player player = new Player("", network, optimizer, plan.schedule(), samples, Optional.empty());
        try (MethodState state = method.begin(training)) {
            List<EpochReport> reports = Course.run(
                    plan, state::roundDone, number -> epoch(player, training, state, number, listener), listener);
            return new Trained(reports, state.trainingCodes(), state.findings(), 0);
        }
    }

    private EpochReport epoch(
            Player player, Training training, MethodState state, int number, TrainingListener listener) {
        long start = System.nanoTime();
        player.beginEpoch(number, plan.epochs());
        Epoch epoch = new Epoch(training, number, plan.epochs());
        int[] rows = state.beginEpoch(epoch);
        Turn turn = new Turn(backend, player, List.of(), plan, number, RandomKey.of(plan.seed()));
        BitBalance.Tally bits = new BitBalance.Tally(training.bits());
        double mean = turn.run(rows, batch -> lossOf(batch, state), bits, listener);
        state.endEpoch(epoch);
        turn.requireFinite();
        return new EpochReport(
                number + 1,
                plan.epochs(),
                state.objective().orElse(mean),
                optimizer.rate(),
                bits.balance(),
                epoch.figures(),
                (System.nanoTime() - start) * 1e-9,
                turn.waited());
    }

    private static Variable lossOf(Batch batch, MethodState state) {
        Pass pass = batch.relaxedCodes().pass();
        return pass.inLayer("loss", () -> state.loss(batch));
    }

    /** The network's outputs for a set in evaluation mode; where a sample has several views, the mean of those for its views. */
    public RelaxedCodes relaxedCodes(Samples set) {
        return relaxedCodes(backend, network, set);
    }

    /** As {@link #relaxedCodes(Samples)}, for a network that was trained elsewhere. */
    public static RelaxedCodes relaxedCodes(Backend backend, Module network, Samples set) {
        float[] relaxed = Training.meanOutputs(backend, network::forward, set);
        return new RelaxedCodes(relaxed, set.count(), relaxed.length / set.count());
    }

    /** Codes of a set: signs of the network's outputs in evaluation mode. */
    public Codes encode(Samples set) {
        return encode(backend, network, set);
    }

    /** As {@link #encode(Samples)}, for a network that was trained elsewhere. */
    public static Codes encode(Backend backend, Module network, Samples set) {
        return relaxedCodes(backend, network, set).signs();
    }

    /** What the network's label head says of each sample of a set: the probability of each label (classes), each for itself, the mean over its views. */
    public static List<float[]> labelProbabilities(Backend backend, LabeledHashNetwork network, Samples set) {
        float[] flat = Training.meanOutputs(backend, network::labelProbabilities, set);
        int classes = flat.length / set.count();
        return IntStream.range(0, set.count())
                .mapToObj(i -> Arrays.copyOfRange(flat, i * classes, (i + 1) * classes))
                .toList();
    }
}
