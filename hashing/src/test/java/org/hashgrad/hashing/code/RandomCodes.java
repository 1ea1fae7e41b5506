package org.hashgrad.hashing.code;

import org.hashgrad.tensor.RandomKey;

/** Codes to search in tests. */
final class RandomCodes {
    private RandomCodes() {}

    static Codes uniform(int n, int bits, long seed) {
        RandomKey key = RandomKey.of(seed);
        return Codes.fromReal(at -> key.below(2, at) - 0.5, n, bits);
    }

    /** Around {@code centers} codes, each bit flipped with probability 1/8: near neighbours, and many ties. */
    static Codes clustered(int n, int bits, int centers, long seed) {
        RandomKey key = RandomKey.of(seed).split("clustered");
        Codes center = uniform(centers, bits, seed);
        return Codes.fromReal(
                at -> {
                    int of = key.below(centers, (long) (at / bits) << 32);
                    boolean flip = key.below(8, at) == 0;
                    return center.bit(of, at % bits) == flip ? -1 : 1;
                },
                n,
                bits);
    }
}
