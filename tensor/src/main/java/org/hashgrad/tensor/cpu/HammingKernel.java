package org.hashgrad.tensor.cpu;

/**
 * The inner loops of Hamming distances: one code against a block of n codes that is laid out by half-words, {@code planes[w][i]} being 32
 * bits of code i. With p planes d_i = Σ_w popcount(planes[w][i] xor code[w]). Twins: plain loops, which C2 turns into vector
 * instructions where the processor counts the bits of vectors, and the Vector API. Safe for use by several threads.
 */
public interface HammingKernel {
    /** A block's n is a multiple of this; fill with whatever is to be ignored. */
    int MULTIPLE = 64;

    /** The twin for this JVM. */
    static HammingKernel ofThisJvm() {
        return CpuProvider.twin(
                HammingKernel.class, "org.hashgrad.tensor.cpu.vector.VectorHamming", ScalarHamming::new);
    }

    /** For people: {@code scalar} or {@code vector-512}. */
    String name();

    /** d_i into {@code distances}, i below n. */
    void distances(int[][] planes, int[] code, int n, int[] distances);

    /**
     * The i below n with d_i ≤ limit, ascending, at the start of {@code hits}, and their d_i at the start of {@code distances}; both have
     * room for n, and what comes after is unspecified.
     *
     * @return how many
     */
    int within(int[][] planes, int[] code, int n, int limit, int[] hits, int[] distances);
}
