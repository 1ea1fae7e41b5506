package org.hashgrad.hashing.code;

import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.Labels;
import org.jspecify.annotations.Nullable;

/** Labels of n codes where they lie, in memory or in a file; never copied as a whole. */
public interface LabelColumn {
    /** n, the number of codes. */
    long count();

    /** c, the number of classes. */
    int classes();

    /** Whether every code has one class; else any subset of the classes. */
    boolean isSingle();

    /** With a single class, word 0 is its number; else bit b of word w is set where the code is in class 64 w + b. */
    long word(long row, int w);

    /** 1 with a single class, else ⌈c / 64⌉. */
    default int wordsPerRow() {
        return isSingle() ? 1 : (classes() + Long.SIZE - 1) >>> 6;
    }

    /** Labels in memory. */
    static @Nullable LabelColumn of(@Nullable Labels labels) {
        return labels == null ? null : new InMemory(labels);
    }

    /** A view of {@link Labels}. */
    record InMemory(Labels labels) implements LabelColumn {
        @Override
        public long count() {
            return labels.count();
        }

        @Override
        public int classes() {
            return labels.classes();
        }

        @Override
        public boolean isSingle() {
            return labels instanceof ClassLabels;
        }

        @Override
        public long word(long row, int w) {
            if (labels instanceof ClassLabels classes) {
                return classes.classOf((int) row);
            }
            long word = 0;
            for (int c = w * Long.SIZE; c < Math.min((w + 1) * Long.SIZE, labels.classes()); c++) {
                word |= labels.has((int) row, c) ? 1L << c : 0;
            }
            return word;
        }
    }
}
