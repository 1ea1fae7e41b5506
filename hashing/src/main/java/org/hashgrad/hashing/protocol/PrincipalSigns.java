package org.hashgrad.hashing.protocol;

import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.step.LinearAlgebra;

/**
 * PCA with signs, the shallow unsupervised hash: b = sgn((x − x̄) W), x raw pixels or features (d), W (d, k) the first k principal
 * directions of the training samples, sgn(0) = +1.
 */
final class PrincipalSigns {
    private final double[] mean;
    private final double[][] directions;

    private PrincipalSigns(double[] mean, double[][] directions) {
        this.mean = mean;
        this.directions = directions;
    }

    /** @throws ConfigException for more bits than a sample has values */
    static PrincipalSigns of(SampleSet training, int bits) {
        int d = training.sample().size();
        if (bits > d) {
            throw new ConfigException("pca-sign: bits is " + bits + "; need <= " + d + ", the values of a sample");
        }
        int n = training.count();
        float[] raw = training.raw();
        double[] mean = new double[d];
        for (int at = 0; at < raw.length; at++) {
            mean[at % d] += raw[at] / (double) n;
        }
        double[][] centred = new double[n][d];
        for (int at = 0; at < raw.length; at++) {
            centred[at / d][at % d] = raw[at] - mean[at % d];
        }
        LinearAlgebra algebra = LinearAlgebra.host();
        // Singular vectors: Commons Math's eigenvectors do not converge where many pixels are constant.
        double[][] vectors =
                algebra.singularValues(n < d ? centred : algebra.gram(centred)).v();
        if (bits > vectors[0].length) {
            throw new ConfigException("pca-sign: bits is " + bits + "; need <= " + vectors[0].length
                    + ", the number of training samples");
        }
        double[][] first = new double[bits][d];
        for (int b = 0; b < bits; b++) {
            for (int p = 0; p < d; p++) {
                first[b][p] = vectors[p][b];
            }
        }
        return new PrincipalSigns(mean, first);
    }

    Codes codes(SampleSet set) {
        int d = mean.length;
        int bits = directions.length;
        float[] raw = set.raw();
        return Codes.fromReal(
                at -> {
                    int row = at / bits * d;
                    double sum = 0;
                    double[] direction = directions[at % bits];
                    for (int p = 0; p < d; p++) {
                        sum += (raw[row + p] - mean[p]) * direction[p];
                    }
                    return sum;
                },
                set.count(),
                bits);
    }
}
