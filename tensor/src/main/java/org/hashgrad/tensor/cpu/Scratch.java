package org.hashgrad.tensor.cpu;

/** Working arrays of a thread, kept from task to task; they grow to the largest size asked for and hold anything. */
final class Scratch {
    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    /** Working arrays that have no name here. */
    private static final int MORE = 4;

    private float[] right = new float[0];
    private float[] edge = new float[0];
    private float[] left = new float[0];
    private int[] offsets = new int[0];
    private final float[][] more = new float[MORE][0];

    /** The calling thread's; a task has it to itself. */
    static Scratch ofThread() {
        return OWN.get();
    }

    /** For packed panels of the right factor. */
    float[] right(int size) {
        if (right.length < size) {
            right = new float[size];
        }
        return right;
    }

    /** For a tile that reaches beyond the result. */
    float[] edge(int size) {
        if (edge.length < size) {
            edge = new float[size];
        }
        return edge;
    }

    /** For rows of the left factor. */
    float[] left(int size) {
        if (left.length < size) {
            left = new float[size];
        }
        return left;
    }

    /** For what only the task knows: its array {@code number}, 0 … 3. */
    float[] more(int number, int size) {
        if (more[number].length < size) {
            more[number] = new float[size];
        }
        return more[number];
    }

    int[] offsets(int size) {
        if (offsets.length < size) {
            offsets = new int[size];
        }
        return offsets;
    }
}
