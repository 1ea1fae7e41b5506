package org.hashgrad.tensor.cpu;

import org.hashgrad.tensor.OptimizerUpdate;

/** Optimiser steps in one pass over parameter, gradient and state. Coefficients are rounded to float once. */
final class CpuUpdate {
    private final Workers workers;

    CpuUpdate(Workers workers) {
        this.workers = workers;
    }

    void run(OptimizerUpdate update, float[][] in, int size, float[][] out) {
        workers.run(size, CpuElementwise.GRAIN, (from, to) -> {
            if (update instanceof OptimizerUpdate.Sgd sgd) {
                step(sgd, in, from, to, out);
            } else if (update instanceof OptimizerUpdate.RmsProp rmsProp) {
                step(rmsProp, in, from, to, out);
            } else if (update instanceof OptimizerUpdate.Adam adam) {
                step(adam, in, from, to, out);
            } else {
                throw new IllegalStateException("optimizerUpdate: no kernel for " + update);
            }
        });
    }

    private static void step(OptimizerUpdate.Sgd sgd, float[][] in, int from, int to, float[][] out) {
        float[] w = in[0];
        float[] g = in[1];
        float[] m = in[2];
        float[] newW = out[0];
        float[] newM = out[1];
        float rate = (float) sgd.rate();
        float momentum = (float) sgd.momentum();
        float decay = (float) sgd.weightDecay();
        if (sgd.nesterov()) {
            for (int i = from; i < to; i++) {
                float d = g[i] + decay * w[i];
                float moved = momentum * m[i] + d;
                newM[i] = moved;
                newW[i] = w[i] - rate * (d + momentum * moved);
            }
        } else {
            for (int i = from; i < to; i++) {
                float moved = momentum * m[i] + (g[i] + decay * w[i]);
                newM[i] = moved;
                newW[i] = w[i] - rate * moved;
            }
        }
    }

    private static void step(OptimizerUpdate.RmsProp update, float[][] in, int from, int to, float[][] out) {
        float[] w = in[0];
        float[] g = in[1];
        float[] v = in[2];
        float[] newW = out[0];
        float[] newV = out[1];
        float rate = (float) update.rate();
        float keep = (float) update.decay();
        float fresh = (float) (1 - update.decay());
        float epsilon = (float) update.epsilon();
        float decay = (float) update.weightDecay();
        for (int i = from; i < to; i++) {
            float d = g[i] + decay * w[i];
            float square = keep * v[i] + fresh * (d * d);
            newV[i] = square;
            newW[i] = w[i] - rate * (d / ((float) Math.sqrt(square) + epsilon));
        }
    }

    private static void step(OptimizerUpdate.Adam adam, float[][] in, int from, int to, float[][] out) {
        float[] w = in[0];
        float[] g = in[1];
        float[] m = in[2];
        float[] v = in[3];
        float[] newW = out[0];
        float[] newM = out[1];
        float[] newV = out[2];
        float rate = (float) adam.rate();
        float keepM = (float) adam.beta1();
        float freshM = (float) (1 - adam.beta1());
        float keepV = (float) adam.beta2();
        float freshV = (float) (1 - adam.beta2());
        float scaleM = (float) (1 / (1 - Math.pow(adam.beta1(), adam.t())));
        float scaleV = (float) (1 / (1 - Math.pow(adam.beta2(), adam.t())));
        float epsilon = (float) adam.epsilon();
        float decay = (float) adam.weightDecay();
        for (int i = from; i < to; i++) {
            float d = g[i] + decay * w[i];
            float mean = keepM * m[i] + freshM * d;
            float square = keepV * v[i] + freshV * (d * d);
            newM[i] = mean;
            newV[i] = square;
            newW[i] = w[i] - rate * (scaleM * mean / ((float) Math.sqrt(scaleV * square) + epsilon));
        }
    }
}
