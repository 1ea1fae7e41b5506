package org.hashgrad.hashing.data;

import java.util.Arrays;

/** One class in 0 … c − 1 per sample. */
public final class ClassLabels implements Labels {
    private static final int MOST_CLASSES = 1_000_000;

    private final int[] classOf;
    private final int classes;

    private ClassLabels(int[] classOf, int classes) {
        this.classOf = classOf;
        this.classes = classes;
    }

    /**
     * Labels from class numbers (n), copied; c is the largest plus one.
     *
     * @throws DataException if a class number is negative, or a million or more: every class takes memory
     */
    public static ClassLabels of(int... classOf) {
        int classes = 0;
        for (int i = 0; i < classOf.length; i++) {
            if (classOf[i] < 0) {
                throw new DataException("labels: class of sample " + i + " is " + classOf[i] + "; need a number >= 0");
            }
            if (classOf[i] >= MOST_CLASSES) {
                throw new DataException(
                        "labels: class of sample " + i + " is " + classOf[i] + "; need a number < " + MOST_CLASSES);
            }
            classes = Math.max(classes, classOf[i] + 1);
        }
        return new ClassLabels(classOf.clone(), classes);
    }

    /** The class of sample i. */
    public int classOf(int i) {
        return classOf[i];
    }

    @Override
    public int count() {
        return classOf.length;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public boolean has(int i, int c) {
        return classOf[i] == c;
    }

    @Override
    public boolean labelled(int i) {
        return true;
    }

    @Override
    public boolean similar(int i, Labels other, int j) {
        if (other instanceof ClassLabels that) {
            return classOf[i] == that.classOf[j];
        }
        Labels.requireComparable(this, other);
        return false;
    }

    @Override
    public void shared(int i, Labels other, int from, int to, int[] shared) {
        Labels.requireComparable(this, other);
        // Classes are not negative: x − 1 has its sign bit set for x = 0 alone. A comparison would be a branch that is
        // often guessed wrong; two offsets in one loop would keep C2 from making it one of vectors.
        int own = classOf[i];
        System.arraycopy(((ClassLabels) other).classOf, from, shared, 0, to - from);
        for (int j = 0; j < to - from; j++) {
            shared[j] = ((shared[j] ^ own) - 1) >>> 31;
        }
    }

    @Override
    public ClassLabels select(int[] rows) {
        return new ClassLabels(Arrays.stream(rows).map(i -> classOf[i]).toArray(), classes);
    }

    @Override
    public String describe() {
        return "classes (" + count() + ")";
    }
}
