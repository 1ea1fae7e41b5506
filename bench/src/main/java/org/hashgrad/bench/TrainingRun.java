package org.hashgrad.bench;

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

/** A {@link Trainer} that makes one step when asked to. */
final class TrainingRun implements AutoCloseable {
    private static final double RATE = 1e-3;
    private static final int MOST_VALUES = 1 << 26;
    private static final int EPOCHS = 1_000_000;

    private final Stepped steps;
    private volatile double loss;

    TrainingRun(String backend, StepNetwork network, int batch) {
        steps = new Stepped(each -> train(each, backend, network, batch));
    }

    /** The loss of one step. @throws IllegalStateException when training has failed */
    double step() {
        steps.step();
        return loss;
    }

    private void train(Stepped each, String backend, StepNetwork network, int batch) {
        try (Backend be = Backends.installed().open(backend);
                HashNetwork net = network.on(Blueprint.of(be, RandomKey.of(1)));
                Sgd sgd = new Sgd(net.parameters(), RATE, 0.9, 5e-4, false)) {
            Dhn method = new Dhn(DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR));
            TrainingPlan plan = new TrainingPlan(0, EPOCHS, batch, new Schedule.Constant(RATE));
            each.ready();
            new Trainer(be, net, method, sgd, plan).fit(samples(network, batch), new TrainingListener() {
                @Override
                public void batchDone(int epoch, int number, int batches, double value) {
                    loss = value;
                    each.stepDone();
                }
            });
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
        steps.close();
    }
}
