package org.hashgrad.bench;

import java.util.stream.IntStream;

/** The most words of 64 bits whose set bits this JVM counts per second: loops that C2 turns into vectors, on what fits in the first cache. */
final class PopcountPeak {
    private static final int INTS = 512;
    private static final int ROUNDS = 200_000;
    private static final int REPEATS = 8;

    private PopcountPeak() {}

    /** The best of some repeats on so many threads. */
    static double wordsPerSecond(int threads) {
        double best = 0;
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            long start = System.nanoTime();
            long total = IntStream.range(0, threads)
                    .parallel()
                    .mapToLong(PopcountPeak::count)
                    .sum();
            double seconds = (System.nanoTime() - start) * 1e-9;
            best = total == 0 ? best : Math.max(best, (double) threads * ROUNDS * INTS / 2 / seconds);
        }
        return best;
    }

    private static long count(int thread) {
        int[] values = new int[INTS];
        int[] sums = new int[INTS];
        for (int i = 0; i < INTS; i++) {
            values[i] = thread + i * 0x9E3779B9;
        }
        for (int round = 0; round < ROUNDS; round++) {
            add(values, round, sums);
        }
        return IntStream.of(sums).asLongStream().sum();
    }

    private static void add(int[] values, int mask, int[] sums) {
        for (int i = 0; i < INTS; i++) {
            sums[i] += Integer.bitCount(values[i] ^ mask);
        }
    }
}
