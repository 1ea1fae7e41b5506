package org.hashgrad.hashing.code;

/**
 * k bits cut into m contiguous substrings whose lengths differ by at most one; substring j is the key into table j.
 *
 * @param bits k
 * @param count m
 */
record Substrings(int bits, int count) {
    /** Tables have at most 2^MOST_BITS buckets. */
    static final int MOST_BITS = 26;

    private static final int FEWEST_BITS = 8;

    /** As long as log₂ n, so that a bucket has about one code (Norouzi, Punjani, Fleet 2012, section 3.1). */
    static Substrings of(int bits, long n) {
        int length = 63 - Long.numberOfLeadingZeros(Math.max(1, n));
        length = Math.max(FEWEST_BITS, Math.min(MOST_BITS, length));
        return new Substrings(bits, (bits + length - 1) / length);
    }

    /** The first bit of substring j. */
    int start(int j) {
        return (int) ((long) bits * j / count);
    }

    /** Bits of substring j. */
    int length(int j) {
        return start(j + 1) - start(j);
    }

    /** Bits of the longest substring. */
    int longest() {
        return (bits + count - 1) / count;
    }

    /** Substring j of the code that begins at {@code words[at]}. */
    int key(long[] words, int at, int j) {
        int start = start(j);
        int word = at + (start >>> 6);
        int shift = start & 63;
        int length = length(j);
        long key = words[word] >>> shift;
        if (shift + length > Long.SIZE) {
            key |= words[word + 1] << -shift;
        }
        return (int) key & (1 << length) - 1;
    }
}
