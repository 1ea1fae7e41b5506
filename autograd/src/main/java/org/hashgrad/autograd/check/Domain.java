package org.hashgrad.autograd.check;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/**
 * Where a checked input is drawn from: an interval, less the surroundings of points where the function has a kink or a pole. Every
 * value is exactly a float, so that F32 and F64 backends start from the same numbers. Immutable.
 */
public final class Domain {
    private static final int TRIES = 1000;

    private enum Kind {
        UNIFORM,
        DISTINCT,
        STEPS
    }

    private final Kind kind;
    private final double low;
    private final double high;
    private final double step;
    private final List<Kink> kinks;

    private record Kink(double point, double distance) {}

    private Domain(Kind kind, double low, double high, double step, List<Kink> kinks) {
        if (!(low < high) || !Double.isFinite(high - low)) {
            throw new IllegalArgumentException("domain: need finite low < high, got " + low + " and " + high);
        }
        this.kind = kind;
        this.low = low;
        this.high = high;
        this.step = step;
        this.kinks = List.copyOf(kinks);
    }

    /** Uniform between {@code low} and {@code high}. */
    public static Domain between(double low, double high) {
        return new Domain(Kind.UNIFORM, low, high, 0, List.of());
    }

    /** Uniform among {@code low, low + step, …} up to {@code high}: labels in {0, 1}, or two inputs that must not meet. */
    public static Domain steps(double low, double high, double step) {
        if (!(step > 0)) {
            throw new IllegalArgumentException("domain: need a step > 0, got " + step);
        }
        return new Domain(Kind.STEPS, low, high, step, List.of());
    }

    /** This domain without what lies closer than {@code distance} to {@code point}; may be called again for further points. */
    public Domain awayFrom(double point, double distance) {
        List<Kink> more = new ArrayList<>(kinks);
        more.add(new Kink(point, distance));
        return new Domain(kind, low, high, step, more);
    }

    /** No two elements of one input closer than half the n-th part of the interval, n the element count: for maxima. */
    public Domain distinct() {
        return new Domain(Kind.DISTINCT, low, high, step, kinks);
    }

    /** Row-major values for {@code shape}. @throws IllegalStateException when the kinks leave nothing to draw from */
    public double[] draw(Shape shape, RandomKey key) {
        double[] values = new double[shape.size()];
        int[] places = kind == Kind.DISTINCT ? key.split("places").permutation(values.length) : new int[0];
        for (int i = 0; i < values.length; i++) {
            int attempt = 0;
            do {
                if (attempt == TRIES) {
                    throw new IllegalStateException("domain: nothing left to draw from between " + low + " and " + high
                            + " away from " + kinks);
                }
                values[i] = (float) one(key.split(i), attempt++, kind == Kind.DISTINCT ? places[i] : 0, values.length);
            } while (nearKink(values[i]));
        }
        return values;
    }

    private double one(RandomKey key, int attempt, int place, int count) {
        double uniform = key.uniform(attempt);
        return switch (kind) {
            case UNIFORM -> low + (high - low) * uniform;
            case DISTINCT -> low + (high - low) * (place + 0.25 + 0.5 * uniform) / count;
            case STEPS -> low + step * Math.floor(uniform * (Math.floor((high - low) / step) + 1));
        };
    }

    private boolean nearKink(double value) {
        return kinks.stream().anyMatch(kink -> Math.abs(value - kink.point) < kink.distance);
    }
}
