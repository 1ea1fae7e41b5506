package org.hashgrad.hashing.protocol;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.step.LinearAlgebra;
import org.hashgrad.hashing.step.ScmSteps;
import org.hashgrad.tensor.RandomKey;

/**
 * Codes of images and of texts in one space, without a deep network: the scale on which to read a cross-modal method's figures. Both media are
 * mapped linearly and the signs taken, sgn(0) = +1. By {@link ScmSteps}, or by regression on the labels:
 *
 * <pre>
 *   W = argmin ‖Y − X W‖² + λ‖W‖²      per medium; X (n, d) its features, Y (n, c) labels, both of the training pairs and centred
 *   P (c, p)                           first p = min(k, c) principal directions of Y
 *   R (p, k)                           first rows of a random rotation
 *   B = sgn(X W P R)
 * </pre>
 *
 * Features are {@link ImageFeatures} of pictures, in memory or in files, scaled to variance 1 each, and bags of words or vectors as they are.
 */
public final class LinearPairCodes implements PairCodes {
    /** Chosen on training pairs: the first 3200 against the rest. */
    static final double IMAGE_LAMBDA = 100;

    static final double TEXT_LAMBDA = 1;

    private final Side images;
    private final Side texts;

    private LinearPairCodes(Side images, Side texts) {
        this.images = images;
        this.texts = texts;
    }

    /** From features (d) to what the sign is taken of, (k): (x − mean) · map. */
    private record Side(double[] mean, double[][] map) {
        Codes codes(SampleSet set) {
            LinearAlgebra algebra = LinearAlgebra.host();
            double[][] relaxed = algebra.multiply(centred(features(set), mean), map);
            int bits = map[0].length;
            return Codes.fromReal(at -> relaxed[at / bits][at % bits], relaxed.length, bits);
        }
    }

    /** Fits both media to the labels of the training pairs. */
    public static LinearPairCodes of(PairedSplit split, int bits, long seed) {
        return of(split.images().training(), split.texts().training(), bits, seed, IMAGE_LAMBDA, TEXT_LAMBDA);
    }

    static LinearPairCodes of(
            SampleSet images, SampleSet texts, int bits, long seed, double imageLambda, double textLambda) {
        double[][] labels = rows(images.labels());
        LinearAlgebra algebra = LinearAlgebra.host();
        double[][] y = centred(labels, mean(labels));
        double[][] directions = algebra.singularValues(algebra.gram(y)).v();
        int kept = Math.min(bits, directions.length);
        double[][] first = new double[directions.length][kept];
        for (int c = 0; c < first.length; c++) {
            System.arraycopy(directions[c], 0, first[c], 0, kept);
        }
        double[][] rotation = rotation(bits, RandomKey.of(seed).split("rotation"));
        double[][] target = algebra.multiply(first, Arrays.copyOf(rotation, kept));
        return new LinearPairCodes(fitted(images, y, target, imageLambda), fitted(texts, y, target, textLambda));
    }

    /**
     * By semantic correlation maximization, bit by bit or with orthogonal directions.
     *
     * @throws TooManyBitsException for more orthogonal directions than the similarity has
     */
    public static LinearPairCodes scm(PairedSplit split, int bits, boolean orthogonal, ScmSteps steps) {
        Training images = Training.of(split.images().training());
        Training texts = Training.of(split.texts().training());
        double[][] labels = rows(split.images().training().labels());
        LinearAlgebra algebra = LinearAlgebra.host();
        try {
            ScmSteps.Maps maps = orthogonal
                    ? steps.orthogonal(images.x, texts.x, labels, bits, algebra)
                    : steps.sequential(images.x, texts.x, labels, bits, algebra);
            return new LinearPairCodes(images.side(maps.x()), texts.side(maps.y()));
        } catch (IllegalArgumentException e) {
            throw new TooManyBitsException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Centred and scaled features of the training samples, and how they came to be. */
    private record Training(double[] mean, double[] scale, double[][] x) {
        static Training of(SampleSet set) {
            double[][] features = features(set);
            double[] mean = LinearPairCodes.mean(features);
            double[][] x = centred(features, mean);
            double[] scale = ImageFeatures.has(set) ? inverseDeviations(x) : ones(mean.length);
            for (double[] row : x) {
                for (int p = 0; p < row.length; p++) {
                    row[p] *= scale[p];
                }
            }
            return new Training(mean, scale, x);
        }

        /** From a map (d, k) of the scaled features. */
        Side side(double[][] map) {
            double[][] ofRaw = new double[map.length][map[0].length];
            for (int p = 0; p < map.length; p++) {
                for (int b = 0; b < map[p].length; b++) {
                    ofRaw[p][b] = map[p][b] * scale[p];
                }
            }
            return new Side(mean, ofRaw);
        }
    }

    private static Side fitted(SampleSet set, double[][] y, double[][] target, double lambda) {
        Training training = Training.of(set);
        LinearAlgebra algebra = LinearAlgebra.host();
        return training.side(algebra.multiply(algebra.ridge(training.x, y, lambda), target));
    }

    @Override
    public Codes imageCodes(SampleSet set) {
        return images.codes(set);
    }

    @Override
    public Codes textCodes(SampleSet set) {
        return texts.codes(set);
    }

    private static double[][] features(SampleSet set) {
        if (ImageFeatures.has(set)) {
            return ImageFeatures.of(set);
        }
        return rows(set.raw(), set.count());
    }

    /** Row-major values (count, d) as rows. */
    private static double[][] rows(float[] values, int count) {
        int d = values.length / count;
        double[][] rows = new double[count][d];
        for (int at = 0; at < values.length; at++) {
            rows[at / d][at % d] = values[at];
        }
        return rows;
    }

    private static double[][] rows(Labels labels) {
        int[] all = IntStream.range(0, labels.count()).toArray();
        return rows(labels.indicators(all), labels.count());
    }

    private static double[] mean(double[][] x) {
        double[] mean = new double[x[0].length];
        for (double[] row : x) {
            for (int p = 0; p < mean.length; p++) {
                mean[p] += row[p] / x.length;
            }
        }
        return mean;
    }

    private static double[][] centred(double[][] x, double[] mean) {
        double[][] centred = new double[x.length][mean.length];
        for (int i = 0; i < x.length; i++) {
            for (int p = 0; p < mean.length; p++) {
                centred[i][p] = x[i][p] - mean[p];
            }
        }
        return centred;
    }

    /** 1 / standard deviation of each column; 0 for a constant one. */
    private static double[] inverseDeviations(double[][] centred) {
        double[] squares = new double[centred[0].length];
        for (double[] row : centred) {
            for (int p = 0; p < squares.length; p++) {
                squares[p] += row[p] * row[p];
            }
        }
        for (int p = 0; p < squares.length; p++) {
            squares[p] = squares[p] < 1e-12 * centred.length ? 0 : Math.sqrt(centred.length / squares[p]);
        }
        return squares;
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The orthogonal factor U Vᵀ of a matrix of normal numbers. */
    static double[][] rotation(int k, RandomKey key) {
        double[][] normal = new double[k][k];
        for (int i = 0; i < k * k; i++) {
            normal[i / k][i % k] = key.gaussian(i);
        }
        LinearAlgebra algebra = LinearAlgebra.host();
        LinearAlgebra.SingularValues values = algebra.singularValues(normal);
        return algebra.multiplyTranspose(values.u(), values.v());
    }
}
