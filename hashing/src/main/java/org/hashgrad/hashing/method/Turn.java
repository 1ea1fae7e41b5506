package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.hashgrad.autograd.Gradients;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Fetch;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Tensor;

/** One pass of a player over samples in full batches of a fresh order: the one loop of all training. */
final class Turn {
    private final Backend backend;
    private final Player player;
    private final Collection<Parameter> others;
    private final TrainingPlan plan;
    private final int epoch;
    private final RandomKey key;
    private int batch;
    private int batches;
    private double waited;

    /**
     * @param others parameters of networks that stand still, should the loss look through one
     * @param epoch from 0
     * @param key of the order and of every step, by epoch
     */
    Turn(Backend backend, Player player, Collection<Parameter> others, TrainingPlan plan, int epoch, RandomKey key) {
        this.backend = backend;
        this.player = player;
        this.others = others;
        this.plan = plan;
        this.epoch = epoch;
        this.key = key;
    }

    /**
     * Trains on {@code rows} and gives the mean of the loss over the batches, 0 without any.
     *
     * @throws IllegalArgumentException for fewer rows than a batch, but some
     * @throws NotFiniteException when the loss is NaN or infinite
     */
    double run(int[] rows, Function<Batch, Variable> loss, BitBalance.Tally bits, TrainingListener listener) {
        if (rows.length > 0) {
            requireBatch(rows.length, plan);
        }
        int[] order = key.split("shuffle").split(epoch).permutation(rows.length);
        batches = rows.length / plan.batch();
        double sum = 0;
        try (Batches ahead = new Batches(
                backend, player, rows, order, plan.batch(), key.split("augment").split(epoch))) {
            for (batch = 1; batch <= batches; batch++) {
                double value = step(ahead, loss, key.split("step").split(epoch).split(batch - 1), bits);
                sum += value;
                listener.batchDone(epoch + 1, batch, batches, value);
            }
            waited = ahead.waited();
        }
        batch = batches;
        return batches == 0 ? 0 : sum / batches;
    }

    /** Seconds of {@link #run} that its steps waited for their batches. */
    double waited() {
        return waited;
    }

    static void requireBatch(int count, TrainingPlan plan) {
        if (count < plan.batch()) {
            throw new IllegalArgumentException(
                    "training: " + count + " samples are fewer than a batch of " + plan.batch());
        }
    }

    /** Reads the whole network: once an epoch is enough. @throws NotFiniteException when a slot of it is NaN or infinite */
    void requireFinite() {
        check().require(player.network().state());
    }

    private FiniteCheck check() {
        return new FiniteCheck(player.name(), epoch + 1, plan.epochs(), batch, batches);
    }

    /**
     * One step. The device runs behind the host: its copies of loss and codes stand before the backward in the queue, so that the host, which
     * waits for nothing else, checks them, prepares and enqueues what follows while the device is busy with the backward.
     */
    private double step(Batches ahead, Function<Batch, Variable> objective, RandomKey stepKey, BitBalance.Tally bits) {
        try (Pass pass = Pass.train(backend, stepKey)) {
            pass.freeze(others);
            int[] rows = ahead.rows();
            Optional<Pairs> pairs = ahead.pairs();
            Variable input = pass.constant(pass.inLayer("input", ahead::take));
            String outside = backend.layer();
            Batch seen = new Batch(
                    player.samples().labels(),
                    rows,
                    input,
                    () -> pass.inLayer(outside, () -> player.network().forward(pass, input)),
                    epoch,
                    player.nextStep(),
                    stepKey.split("method"));
            pairs.ifPresent(seen::pairsWithAllAre);
            Variable loss = objective.apply(seen);
            Outcome outcome = new Outcome(loss, seen);
            Gradients gradients = pass.gradients(loss, player.network().parameters());
            pass.inLayer("input", () -> ahead.prepareNext(seen.readsPairsWithAll()));
            double value = outcome.loss();
            if (!Double.isFinite(value)) {
                FiniteCheck check = check();
                check.require("input", input.value());
                check.require(player.network().state());
                others.forEach(parameter -> check.require("parameter " + parameter.name(), parameter.value()));
                if (seen.seenCodes() != null) {
                    check.require("relaxed codes", seen.relaxedCodes().value());
                }
                throw check.ofLoss(value);
            }
            outcome.spread(bits);
            pass.inLayer("optimizer", () -> player.optimizer().step(gradients));
            return value;
        }
    }

    /** What the host waits for: the loss, the relaxed codes where there are some, and what is to be kept. */
    private final class Outcome {
        private final Batch seen;
        private final Fetch fetch;
        private final List<Tensor> fetched = new ArrayList<>();

        Outcome(Variable loss, Batch seen) {
            this.seen = seen;
            fetched.add(loss.value());
            if (seen.seenCodes() != null) {
                fetched.add(seen.relaxedCodes().value());
            }
            for (Batch.Kept kept : seen.kept()) {
                if (!fetched.contains(kept.rows().value())) {
                    fetched.add(kept.rows().value());
                }
            }
            fetch = backend.fetch(fetched.toArray(Tensor[]::new));
        }

        double loss() {
            return fetch.item(0);
        }

        void spread(BitBalance.Tally bits) {
            if (seen.seenCodes() != null) {
                bits.add(values(seen.relaxedCodes()));
            }
            for (Batch.Kept kept : seen.kept()) {
                kept.memory().store(seen.rows(), kept.rows().shape(), values(kept.rows()), kept.known());
            }
        }

        private double[] values(Variable variable) {
            return fetch.values(fetched.indexOf(variable.value()));
        }
    }
}
