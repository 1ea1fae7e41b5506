package org.hashgrad.hashing.method;

import java.util.Optional;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.Schedule;

/**
 * A network in training: what learns, by which steps and at which rate, and what it sees. Methods that train one network have one; those
 * that alternate have two and more, each trained while the others stand still.
 */
public final class Player {
    private final String name;
    private final Module network;
    private final Optimizer optimizer;
    private final Schedule schedule;
    private final Samples samples;
    private final Optional<Augmentation> augmentation;
    private long steps;

    /**
     * @param name also the section of its keys in a configuration; empty for a network that is alone
     * @param optimizer of the network's parameters
     * @param augmentation what is done to each sample before the network sees it
     */
    Player(
            String name,
            Module network,
            Optimizer optimizer,
            Schedule schedule,
            Samples samples,
            Optional<Augmentation> augmentation) {
        this.name = name;
        this.network = network;
        this.optimizer = optimizer;
        this.schedule = schedule;
        this.samples = samples;
        this.augmentation = augmentation;
    }

    /** For example {@code image}; empty for a network that is alone. */
    public String name() {
        return name;
    }

    public Module network() {
        return network;
    }

    /** Its rate is the schedule's at the beginning of an epoch; a method may set another for a turn. */
    public Optimizer optimizer() {
        return optimizer;
    }

    /** What the network is given, one for each training sample. */
    public Samples samples() {
        return samples;
    }

    void beginEpoch(int epoch, int epochs) {
        optimizer.setRate(schedule.rate(epoch, epochs));
    }

    Optional<Augmentation> augmentation() {
        return augmentation;
    }

    /** Counts one more; from 0. */
    long nextStep() {
        return steps++;
    }
}
