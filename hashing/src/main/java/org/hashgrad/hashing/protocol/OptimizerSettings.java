package org.hashgrad.hashing.protocol;

import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.nn.Adam;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.RmsProp;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.Sgd;

/**
 * The keys {@code optimizer.*}.
 *
 * @param name which update
 * @param rate initial learning rate
 * @param momentum of sgd
 * @param nesterov of sgd
 * @param weightDecay added to the gradient as weightDecay · w
 * @param decay of rmsprop's mean square
 * @param beta1 of adam
 * @param beta2 of adam
 * @param epsilon of rmsprop and adam
 * @param schedule of the rate over the epochs
 * @param every epochs between the drops of step
 * @param factor of step and exponential
 * @param finalRate where cosine and logspace end
 */
public record OptimizerSettings(
        Update name,
        double rate,
        double momentum,
        boolean nesterov,
        double weightDecay,
        double decay,
        double beta1,
        double beta2,
        double epsilon,
        Decline schedule,
        int every,
        double factor,
        double finalRate) {
    /** Updates. */
    public enum Update {
        SGD,
        RMSPROP,
        ADAM
    }

    /** Schedules. */
    public enum Decline {
        CONSTANT,
        STEP,
        EXPONENTIAL,
        COSINE,
        LOGSPACE
    }

    /** @throws IllegalArgumentException for a rate, decay or factor that is negative, or an {@code every} below 1 */
    public OptimizerSettings {
        requireAtLeastZero("rate", rate);
        requireAtLeastZero("momentum", momentum);
        requireAtLeastZero("weightDecay", weightDecay);
        requireAtLeastZero("factor", factor);
        requireAtLeastZero("finalRate", finalRate);
        if (every < 1) {
            throw new IllegalArgumentException("optimizer.every: expected >= 1, found '" + every + "'");
        }
        if (schedule == Decline.LOGSPACE && !(rate > 0 && finalRate > 0)) {
            throw new IllegalArgumentException(
                    "optimizer.finalRate: expected > 0 for logspace, as optimizer.rate, found '" + finalRate + "'");
        }
    }

    private static void requireAtLeastZero(String key, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "optimizer." + key + ": expected a finite number >= 0, found '" + value + "'");
        }
    }

    /** SGD with momentum 0.9, rate 0.05, weight decay 5·10⁻⁴, constant rate. */
    public static OptimizerSettings sgd() {
        return new OptimizerSettings(
                Update.SGD, 0.05, 0.9, false, 5e-4, 0.99, 0.9, 0.999, 1e-8, Decline.CONSTANT, 10, 0.1, 0);
    }

    /** The optimiser, zero state, on {@code parameters}. */
    public Optimizer build(List<Parameter> parameters) {
        return switch (name) {
            case SGD -> new Sgd(parameters, rate, momentum, weightDecay, nesterov);
            case RMSPROP -> new RmsProp(parameters, rate, decay, epsilon, weightDecay);
            case ADAM -> new Adam(parameters, rate, beta1, beta2, epsilon, weightDecay);
        };
    }

    /** The rate by epoch. */
    public Schedule rates() {
        return switch (schedule) {
            case CONSTANT -> new Schedule.Constant(rate);
            case STEP -> new Schedule.Step(rate, every, factor);
            case EXPONENTIAL -> new Schedule.Exponential(rate, factor);
            case COSINE -> new Schedule.Cosine(rate, finalRate);
            case LOGSPACE -> new Schedule.Logspace(Math.log10(rate), Math.log10(finalRate));
        };
    }
}
