package org.hashgrad.hashing.method;

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

    /**
     * @throws IllegalArgumentException unless the rate is positive, momentum, decay and betas in [0, 1), weight decay, epsilon, factor and
     *     final rate at least 0, all finite, {@code every} at least 1, and where they are used: momentum positive for Nesterov, epsilon for
     *     rmsprop and adam, final rate for logspace
     */
    public OptimizerSettings {
        require("rate", rate, rate > 0, "a finite number > 0");
        require("momentum", momentum, momentum >= 0 && momentum < 1, "a number >= 0 and < 1");
        require("momentum", momentum, momentum > 0 || !nesterov, "> 0 for optimizer.nesterov");
        require("decay", decay, decay >= 0 && decay < 1, "a number >= 0 and < 1");
        require("beta1", beta1, beta1 >= 0 && beta1 < 1, "a number >= 0 and < 1");
        require("beta2", beta2, beta2 >= 0 && beta2 < 1, "a number >= 0 and < 1");
        require("weightDecay", weightDecay, weightDecay >= 0, "a finite number >= 0");
        require("epsilon", epsilon, epsilon >= 0, "a finite number >= 0");
        require("epsilon", epsilon, epsilon > 0 || name == Update.SGD, "> 0 for rmsprop and adam");
        require("factor", factor, factor >= 0, "a finite number >= 0");
        require("finalRate", finalRate, finalRate >= 0, "a finite number >= 0");
        require("finalRate", finalRate, finalRate > 0 || schedule != Decline.LOGSPACE, "> 0 for logspace");
        if (every < 1) {
            throw new IllegalArgumentException("optimizer.every: expected >= 1, found '" + every + "'");
        }
    }

    private static void require(String key, double value, boolean inRange, String expected) {
        if (!inRange || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "optimizer." + key + ": expected " + expected + ", found '" + value + "'");
        }
    }

    /** SGD with momentum 0.9, rate 0.05, weight decay 5·10⁻⁴, constant rate. */
    public static OptimizerSettings sgd() {
        return new OptimizerSettings(
                Update.SGD, 0.05, 0.9, false, 5e-4, 0.99, 0.9, 0.999, 1e-8, Decline.CONSTANT, 10, 0.1, 0);
    }

    /** SGD without momentum and weight decay, constant rate. */
    public static OptimizerSettings plainSgd(double rate) {
        return of(Update.SGD, rate, 0);
    }

    /** Adam without weight decay, constant rate. */
    public static OptimizerSettings adam(double rate) {
        return of(Update.ADAM, rate, 0);
    }

    /** RMSprop without weight decay, constant rate. */
    public static OptimizerSettings rmsprop(double rate) {
        return of(Update.RMSPROP, rate, 0.9);
    }

    private static OptimizerSettings of(Update name, double rate, double momentum) {
        return new OptimizerSettings(
                name, rate, momentum, false, 0, 0.99, 0.9, 0.999, 1e-8, Decline.CONSTANT, 10, 0.1, 0);
    }

    /** The same with another schedule of the rate. */
    public OptimizerSettings with(Decline decline, int dropEvery, double by) {
        return new OptimizerSettings(
                name,
                rate,
                momentum,
                nesterov,
                weightDecay,
                decay,
                beta1,
                beta2,
                epsilon,
                decline,
                dropEvery,
                by,
                finalRate);
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
