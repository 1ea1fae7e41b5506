package org.hashgrad.bench;

import java.util.concurrent.Semaphore;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.loss.Balance;
import org.hashgrad.hashing.loss.DhnLoss;
import org.hashgrad.hashing.method.Dhn;
import org.hashgrad.hashing.method.Samples;
import org.hashgrad.hashing.method.Trainer;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.method.TrainingPlan;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.Sgd;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.RandomKey;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Trainer} that makes one step when asked to: it trains in a thread of its own, which owns the backend and stops after each step. The
 * two hand-overs between threads, some ten microseconds, count as part of the step.
 */
final class TrainingRun implements AutoCloseable {
    private static final double RATE = 1e-3;
    private static final int MOST_VALUES = 1 << 26;
    private static final int EPOCHS = 1_000_000;

    private final Semaphore asked = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private volatile double loss;
    private volatile @Nullable Throwable failure;

    /** Ends training from within a listener. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    TrainingRun(String backend, StepNetwork network, int batch) {
        thread = new Thread(() -> train(backend, network, batch), "training");
        thread.setDaemon(true);
        thread.start();
    }

    /** The loss of one step. @throws IllegalStateException when training has failed */
    double step() {
        if (failure == null) {
            asked.release();
            done.acquireUninterruptibly();
        }
        if (failure != null) {
            throw new IllegalStateException("training step failed", failure);
        }
        return loss;
    }

    private void train(String backend, StepNetwork network, int batch) {
        try (Backend be = Backends.installed().open(backend);
                HashNetwork net = network.on(Blueprint.of(be, RandomKey.of(1)));
                Sgd sgd = new Sgd(net.parameters(), RATE, 0.9, 5e-4, false)) {
            Dhn method = new Dhn(DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR));
            TrainingPlan plan = new TrainingPlan(0, EPOCHS, batch, new Schedule.Constant(RATE));
            pause();
            new Trainer(be, net, method, sgd, plan).fit(samples(network, batch), new TrainingListener() {
                @Override
                public void batchDone(int epoch, int number, int batches, double value) {
                    loss = value;
                    done.release();
                    pause();
                }
            });
        } catch (Stop end) {
            // as asked
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        done.release();
    }

    private void pause() {
        asked.acquireUninterruptibly();
        if (closing) {
            throw new Stop();
        }
    }

    /** As long an epoch as 256 MB hold, at least two batches: what its end costs is no step's. */
    private static Samples samples(StepNetwork network, int batch) {
        int size = network.image().size();
        int count = Math.max(2, Math.min(1000, MOST_VALUES / size / batch)) * batch;
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i * 7 % 10;
        }
        return new Samples(network.image(), BackendTrial.draw("images", count * size), ClassLabels.of(labels));
    }

    @Override
    public void close() {
        closing = true;
        asked.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
