package org.hashgrad.tensor.cpu;

/**
 * The plain twin. Each loop has at most one bit count and no reduction: with two of either, C2 of JDK 17 leaves the loop scalar, a tenth as
 * fast.
 */
public final class ScalarHamming implements HammingKernel {
    private static final int GROUP = 16;

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void distances(int[][] planes, int[] code, int n, int[] distances) {
        sum(planes, code, n, 0, distances);
    }

    @Override
    public int within(int[][] planes, int[] code, int n, int limit, int[] hits, int[] distances) {
        sum(planes, code, n, limit + 1, distances);
        int found = 0;
        for (int i = 0; i < n; i += GROUP) {
            if (anyNegative(distances, i)) {
                for (int j = i; j < i + GROUP; j++) {
                    if (distances[j] < 0) {
                        hits[found] = j;
                        distances[found++] = distances[j] + limit + 1;
                    }
                }
            }
        }
        return found;
    }

    /** d_i − minus. */
    public static void sum(int[][] planes, int[] code, int n, int minus, int[] sums) {
        first(planes[0], code[0], n, minus, sums);
        for (int w = 1; w < code.length; w++) {
            add(planes[w], code[w], n, sums);
        }
    }

    private static void first(int[] plane, int code, int n, int minus, int[] sums) {
        for (int i = 0; i < n; i++) {
            sums[i] = Integer.bitCount(plane[i] ^ code) - minus;
        }
    }

    private static void add(int[] plane, int code, int n, int[] sums) {
        for (int i = 0; i < n; i++) {
            sums[i] += Integer.bitCount(plane[i] ^ code);
        }
    }

    private static boolean anyNegative(int[] x, int i) {
        return (x[i] | x[i + 1] | x[i + 2] | x[i + 3] | x[i + 4] | x[i + 5] | x[i + 6] | x[i + 7] | x[i + 8] | x[i + 9]
                        | x[i + 10] | x[i + 11] | x[i + 12] | x[i + 13] | x[i + 14] | x[i + 15])
                < 0;
    }
}
