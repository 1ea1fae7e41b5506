package org.hashgrad.hashing.protocol;

import java.nio.charset.StandardCharsets;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.tensor.RandomKey;

/**
 * Locality-sensitive hashing by random hyperplanes (Charikar, STOC 2002): b = sgn(⟨w_b, x⟩), w_b standard normal, x raw pixels or features
 * (d), sgn(0) = +1. Two samples at angle φ differ in a bit with probability φ / π, so many bits approach the ranking by cosine.
 */
public final class RandomHyperplanes {
    private RandomHyperplanes() {}

    /** SHA-256 of what the hyperplanes are drawn from: form, dimensions of a sample, bits, seed; hexadecimal. */
    public static String model(SampleSet samples, int bits, long seed) {
        String drawn = "random hyperplanes 1, d=" + samples.sample().size() + ", bits=" + bits + ", seed=" + seed;
        return OpenClipart.sha256(drawn.getBytes(StandardCharsets.UTF_8));
    }

    /** Codes (n, bits) of samples, the same hyperplanes for every set of one seed. */
    public static Codes codes(SampleSet samples, int bits, long seed) {
        RandomKey key = RandomKey.of(seed).split("hyperplanes");
        int d = samples.sample().size();
        float[][] normal = new float[bits][d];
        for (int b = 0; b < bits; b++) {
            for (int p = 0; p < d; p++) {
                normal[b][p] = (float) key.gaussian((long) b * d + p);
            }
        }
        float[] raw = samples.raw();
        return Codes.fromReal(
                at -> {
                    int row = at / bits * d;
                    float[] w = normal[at % bits];
                    double sum = 0;
                    for (int p = 0; p < d; p++) {
                        sum += (double) raw[row + p] * w[p];
                    }
                    return sum;
                },
                samples.count(),
                bits);
    }
}
