package org.hashgrad.nn;

/** The learning rate by epoch. */
@FunctionalInterface
public interface Schedule {
    /** @param epoch from 0 to {@code epochs} − 1 */
    double rate(int epoch, int epochs);

    /** Always the same. */
    record Constant(double rate) implements Schedule {
        @Override
        public double rate(int epoch, int epochs) {
            return rate;
        }
    }

    /** {@code initial · factor^⌊epoch / every⌋}. */
    record Step(double initial, int every, double factor) implements Schedule {
        public Step {
            if (every < 1) {
                throw new IllegalArgumentException("step schedule: every must be >= 1 epoch, got " + every);
            }
        }

        @Override
        public double rate(int epoch, int epochs) {
            return initial * Math.pow(factor, Math.floorDiv(epoch, every));
        }
    }

    /** {@code initial · factor^epoch}. */
    record Exponential(double initial, double factor) implements Schedule {
        @Override
        public double rate(int epoch, int epochs) {
            return initial * Math.pow(factor, epoch);
        }
    }

    /** {@code least + (initial − least) (1 + cos(π epoch / epochs)) / 2}, without restarts (Loshchilov, Hutter 2017). */
    record Cosine(double initial, double least) implements Schedule {
        @Override
        public double rate(int epoch, int epochs) {
            return least + (initial - least) * (1 + Math.cos(Math.PI * epoch / epochs)) / 2;
        }
    }

    /** {@code epochs} values spaced evenly in the exponent from 10^from to 10^to, both included; 10^from for a single epoch. */
    record Logspace(double from, double to) implements Schedule {
        @Override
        public double rate(int epoch, int epochs) {
            return Math.pow(10, epochs == 1 ? from : from + (to - from) * epoch / (epochs - 1));
        }
    }
}
