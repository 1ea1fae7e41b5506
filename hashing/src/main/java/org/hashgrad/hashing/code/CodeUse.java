package org.hashgrad.hashing.code;

import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * How many different codes n codes are: where most are the same, a ranking is little more than one of a few groups.
 *
 * @param count n
 * @param distinct codes that differ from each other, 1 … n
 * @param commonest how many are the code that there is most of, 1 … n
 */
public record CodeUse(int count, int distinct, int commonest) {
    /** Of all codes of some sets together. */
    public static CodeUse of(Codes... sets) {
        Map<LongBuffer, Integer> times = new HashMap<>();
        int count = 0;
        for (Codes codes : sets) {
            count += codes.count();
            for (int i = 0; i < codes.count(); i++) {
                long[] words = new long[(codes.bits() + 63) >>> 6];
                codes.copyWords(i, 1, words);
                times.merge(LongBuffer.wrap(words), 1, Integer::sum);
            }
        }
        int commonest = times.values().stream().mapToInt(each -> each).max().orElse(0);
        return new CodeUse(count, times.size(), commonest);
    }

    /** The share of the commonest code, 1/n … 1. */
    public double share() {
        return (double) commonest / count;
    }
}
