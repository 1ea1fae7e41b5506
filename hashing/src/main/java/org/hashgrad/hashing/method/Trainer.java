package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.autograd.Gradients;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.RelaxedCodes;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Fetch;
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
    private long steps;

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
        requireBatch(samples.count());
        RandomKey seed = RandomKey.of(plan.seed());
        int bits = network.hash().parameters().get(0).shape().dim(0);
        Training training = new Training(backend, network, samples, bits, seed.split("method"), features);
        List<EpochReport> reports = new ArrayList<>();
        try (MethodState state = method.begin(training)) {
            while (reports.size() < plan.epochs() && !(state.roundDone() && settled(reports))) {
                EpochReport report = epoch(samples, training, state, reports.size(), listener);
                listener.epochDone(report);
                reports.add(report);
            }
            return new Trained(reports, state.trainingCodes(), state.findings());
        }
    }

    private void requireBatch(int count) {
        if (count < plan.batch()) {
            throw new IllegalArgumentException(
                    "training: " + count + " samples are fewer than a batch of " + plan.batch());
        }
    }

    /** Whether the last epoch has changed the objective by no more than the tolerance, relative to the epoch before. */
    private boolean settled(List<EpochReport> reports) {
        int last = reports.size() - 1;
        if (plan.tolerance() == 0 || last < 1) {
            return false;
        }
        double before = reports.get(last - 1).loss();
        return Math.abs(reports.get(last).loss() - before) <= plan.tolerance() * Math.abs(before);
    }

    private EpochReport epoch(
            Samples samples, Training training, MethodState state, int number, TrainingListener listener) {
        long start = System.nanoTime();
        RandomKey seed = RandomKey.of(plan.seed());
        optimizer.setRate(plan.schedule().rate(number, plan.epochs()));
        Epoch epoch = new Epoch(training, number, plan.epochs());
        int[] rows = state.beginEpoch(epoch);
        int[] order = seed.split("shuffle").split(number).permutation(rows.length);
        if (rows.length > 0) {
            requireBatch(rows.length);
        }
        int batches = rows.length / plan.batch();
        Progress progress = new Progress(number, batches);
        try (Batches ahead = new Batches(backend, samples, rows, order, plan.batch())) {
            for (int batch = 0; batch < batches; batch++) {
                RandomKey key = seed.split("step").split(number).split(batch);
                step(ahead, training, state, key, progress);
                listener.batchDone(number + 1, batch + 1, batches, progress.lastLoss);
            }
        }
        progress.check().require(network.state());
        state.endEpoch(epoch);
        progress.check().require(network.state());
        double mean = batches == 0 ? 0 : progress.lossSum / batches;
        return new EpochReport(
                number + 1,
                plan.epochs(),
                state.objective().orElse(mean),
                optimizer.rate(),
                progress.bits(),
                epoch.figures(),
                (System.nanoTime() - start) * 1e-9);
    }

    /** What an epoch adds up. */
    private final class Progress {
        private final int epoch;
        private final int batches;
        private int batch;
        private double lossSum;
        private double lastLoss;
        private BitBalance.@Nullable Tally tally;

        Progress(int epoch, int batches) {
            this.epoch = epoch;
            this.batches = batches;
        }

        FiniteCheck check() {
            return new FiniteCheck(epoch + 1, plan.epochs(), batch, batches);
        }

        /** @param relaxedCodes of a batch (n, bits), row-major */
        void add(double loss, double[] relaxedCodes, int bits) {
            lastLoss = loss;
            lossSum += loss;
            if (tally == null) {
                tally = new BitBalance.Tally(bits);
            }
            tally.add(relaxedCodes);
        }

        BitBalance bits() {
            return tally == null ? new BitBalance(0, 0, 0, 0) : tally.balance();
        }
    }

    /**
     * One step. The device runs behind the host: its copies of loss and codes stand before the backward in the queue, so that the host, which
     * waits for nothing else, checks them, prepares and enqueues what follows while the device is busy with the backward.
     */
    private void step(Batches batches, Training training, MethodState state, RandomKey key, Progress progress) {
        progress.batch++;
        try (Pass pass = Pass.train(backend, key)) {
            int[] rows = batches.rows();
            Variable input = pass.constant(pass.inLayer("input", batches::take));
            Variable relaxedCodes = network.forward(pass, input);
            Batch batch = new Batch(training, rows, relaxedCodes, progress.epoch, steps++, key.split("method"));
            Variable loss = pass.inLayer("loss", () -> state.loss(batch));
            Fetch seen = backend.fetch(loss.value(), relaxedCodes.value());
            Gradients gradients = pass.gradients(loss, network.parameters());
            pass.inLayer("input", batches::prepareNext);
            double value = seen.item(0);
            if (!Double.isFinite(value)) {
                FiniteCheck check = progress.check();
                check.require("input", input.value());
                check.require(network.state());
                check.require("relaxed codes", relaxedCodes.value());
                throw check.ofLoss(value);
            }
            progress.add(value, seen.values(1), relaxedCodes.shape().dim(1));
            pass.inLayer("optimizer", () -> optimizer.step(gradients));
        }
    }

    /** The network's outputs for a set in evaluation mode. */
    public RelaxedCodes relaxedCodes(Samples set) {
        float[] relaxed = Training.outputs(backend, network, set);
        return new RelaxedCodes(relaxed, set.count(), relaxed.length / set.count());
    }

    /** Codes of a set: signs of the network's outputs in evaluation mode. */
    public Codes encode(Samples set) {
        return encode(backend, network, set);
    }

    /** As {@link #encode(Samples)}, for a network that was trained elsewhere. */
    public static Codes encode(Backend backend, Module network, Samples set) {
        float[] relaxed = Training.outputs(backend, network, set);
        return Codes.fromReal(relaxed, set.count(), relaxed.length / set.count());
    }
}
