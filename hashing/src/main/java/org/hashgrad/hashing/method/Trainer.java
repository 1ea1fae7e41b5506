package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Gradients;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;

/**
 * The training loop of every method, and the encoding of a set afterwards. Everything random comes from the plan's seed by (purpose,
 * epoch, batch), so the same seed gives the same bits on the same backend.
 *
 * <pre>  try (Module network = …; Optimizer optimizer = …) {
 *      Trainer trainer = new Trainer(backend, network, method, optimizer, plan);
 *      trainer.fit(training, TrainingListener.SILENT);
 *      Codes codes = trainer.encode(query);
 *  }</pre>
 */
public final class Trainer {
    private static final int ENCODE_BATCH = 250;

    private final Backend backend;
    private final Module network;
    private final HashingMethod method;
    private final Optimizer optimizer;
    private final TrainingPlan plan;

    /** @param network ends with the method's head; its slots and the optimiser's live on {@code backend} and stay the caller's */
    public Trainer(Backend backend, Module network, HashingMethod method, Optimizer optimizer, TrainingPlan plan) {
        this.backend = backend;
        this.network = network;
        this.method = method;
        this.optimizer = optimizer;
        this.plan = plan;
    }

    /**
     * Trains for the plan's epochs.
     *
     * @throws NotFiniteException when the loss or, at the end of an epoch, a slot of the network is NaN or infinite
     * @throws IllegalArgumentException when there are fewer samples than a batch
     */
    public List<EpochReport> fit(Samples training, TrainingListener listener) {
        if (training.count() < plan.batch()) {
            throw new IllegalArgumentException(
                    "training: " + training.count() + " samples are fewer than a batch of " + plan.batch());
        }
        List<EpochReport> reports = new ArrayList<>();
        for (int epoch = 0; epoch < plan.epochs(); epoch++) {
            EpochReport report = epoch(training, epoch, listener);
            listener.epochDone(report);
            reports.add(report);
        }
        return reports;
    }

    private EpochReport epoch(Samples training, int epoch, TrainingListener listener) {
        long start = System.nanoTime();
        RandomKey seed = RandomKey.of(plan.seed());
        int[] order = seed.split("shuffle").split(epoch).permutation(training.count());
        int batches = training.count() / plan.batch();
        optimizer.setRate(plan.schedule().rate(epoch, plan.epochs()));
        Progress progress = new Progress(epoch, batches);
        for (int batch = 0; batch < batches; batch++) {
            int[] rows = Arrays.copyOfRange(order, batch * plan.batch(), (batch + 1) * plan.batch());
            RandomKey key = seed.split("step").split(epoch).split(batch);
            step(training, rows, key, progress);
            listener.batchDone(epoch + 1, batch + 1, batches, progress.lastLoss);
        }
        progress.check().require(network.state());
        return new EpochReport(
                epoch + 1,
                plan.epochs(),
                progress.lossSum / batches,
                optimizer.rate(),
                progress.bits(),
                (System.nanoTime() - start) * 1e-9);
    }

    /** What an epoch adds up. */
    private final class Progress {
        private final int epoch;
        private final int batches;
        private int batch;
        private double lossSum;
        private double lastLoss;
        private BitBalance.@org.jspecify.annotations.Nullable Tally tally;

        Progress(int epoch, int batches) {
            this.epoch = epoch;
            this.batches = batches;
        }

        FiniteCheck check() {
            return new FiniteCheck(epoch + 1, plan.epochs(), batch, batches);
        }

        void add(double loss, Variable relaxedCodes) {
            lastLoss = loss;
            lossSum += loss;
            if (tally == null) {
                tally = new BitBalance.Tally(relaxedCodes.shape().dim(1));
            }
            tally.add(relaxedCodes.value().toFloats());
        }

        BitBalance bits() {
            return tally == null ? new BitBalance(0, 0, 0, 0) : tally.balance();
        }
    }

    private void step(Samples training, int[] rows, RandomKey key, Progress progress) {
        progress.batch++;
        try (Pass pass = Pass.train(backend, key)) {
            Variable input = pass.constant(training.batch(backend, rows));
            Variable relaxedCodes = network.forward(pass, input);
            Variable loss = method.loss(relaxedCodes, Pairs.within(training.labels(), rows));
            Gradients gradients = pass.gradients(loss, network.parameters());
            double value = loss.value().item();
            if (!Double.isFinite(value)) {
                FiniteCheck check = progress.check();
                check.require("input", input.value());
                check.require(network.state());
                check.require("relaxed codes", relaxedCodes.value());
                throw check.ofLoss(value);
            }
            progress.add(value, relaxedCodes);
            optimizer.step(gradients);
        }
    }

    /** Codes of a set: signs of the network's outputs in evaluation mode. */
    public Codes encode(Samples set) {
        return encode(backend, network, set);
    }

    /** As {@link #encode(Samples)}, for a network that was trained elsewhere. */
    public static Codes encode(Backend backend, Module network, Samples set) {
        float[] relaxed = new float[0];
        int bits = 0;
        for (int from = 0; from < set.count(); from += ENCODE_BATCH) {
            int[] rows = new int[Math.min(ENCODE_BATCH, set.count() - from)];
            int first = from;
            Arrays.setAll(rows, r -> first + r);
            try (Pass pass = Pass.evaluate(backend)) {
                Variable outputs = network.forward(pass, pass.constant(set.batch(backend, rows)));
                if (bits == 0) {
                    bits = outputs.shape().dim(1);
                    relaxed = new float[Math.multiplyExact(set.count(), bits)];
                }
                float[] values = outputs.value().toFloats();
                System.arraycopy(values, 0, relaxed, from * bits, values.length);
            }
        }
        return Codes.fromReal(relaxed, set.count(), bits);
    }
}
