package org.hashgrad.tensor.cpu;

/** A packed panel of a left factor, for tiles that only read such; grows to the deepest one asked for. */
public final class LeftPanel {
    private final int width;
    private float[] values = new float[0];

    /** @param width lines of the panel */
    public LeftPanel(int width) {
        this.width = width;
    }

    private float[] ofDepth(int depth) {
        if (values.length < depth * width) {
            values = new float[depth * width];
        }
        return values;
    }

    /** Element (k, i) from {@code a[ao + rows[from + i] + k]}. */
    public float[] rows(int depth, float[] a, int ao, int[] rows, int from) {
        float[] to = ofDepth(depth);
        for (int i = 0; i < width; i++) {
            int source = ao + rows[from + i];
            for (int k = 0; k < depth; k++) {
                to[k * width + i] = a[source + k];
            }
        }
        return to;
    }
}
