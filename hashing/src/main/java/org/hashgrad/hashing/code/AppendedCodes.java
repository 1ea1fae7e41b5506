package org.hashgrad.hashing.code;

import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import org.hashgrad.hashing.data.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The codes of one store and then those of another, neither copied. Ids of the second that are its rows' numbers go on after the last of the
 * first.
 */
record AppendedCodes(CodeStore first, CodeStore second, long shift) implements CodeStore {
    /** @throws DataException if lengths differ, or ids of the second are not all larger than those of the first */
    static AppendedCodes of(CodeStore first, CodeStore second) {
        if (first.bits() != second.bits()) {
            throw new DataException("index: the codes have " + first.bits() + " bits, those to add " + second.bits()
                    + "; need equally many");
        }
        long next = first.size() == 0 ? 0 : first.id(first.size() - 1) + 1;
        boolean numbered = second.size() == 0 || second.id(second.size() - 1) == second.size() - 1;
        if (!numbered && second.id(0) < next) {
            throw new DataException("index: ids to add begin at " + second.id(0) + "; need ids from " + next + " on");
        }
        return new AppendedCodes(first, second, numbered ? next : 0);
    }

    @Override
    public long size() {
        return first.size() + second.size();
    }

    @Override
    public int bits() {
        return first.bits();
    }

    @Override
    public void copyWords(long from, int n, long[] into) {
        int head = (int) Math.max(0, Math.min(n, first.size() - from));
        if (head > 0) {
            first.copyWords(from, head, into);
        }
        if (head == n) {
            return;
        }
        long[] tail = head == 0 ? into : new long[(n - head) * wordsPerCode()];
        second.copyWords(from + head - first.size(), n - head, tail);
        if (head > 0) {
            System.arraycopy(tail, 0, into, head * wordsPerCode(), tail.length);
        }
    }

    @Override
    public long id(long row) {
        return row < first.size() ? first.id(row) : second.id(row - first.size()) + shift;
    }

    /**
     * What is known of both, codes of one model; together they are no longer a protocol's list.
     *
     * @param index the file of the first and {@code added} that of the second, as errors call them
     */
    static CodeDetails details(String index, CodeDetails first, String added, CodeDetails second) {
        requireBothOrNeither(
                "names", index, !first.names().isEmpty(), added, !second.names().isEmpty());
        requireBothOrNeither("labels", index, first.labels() != null, added, second.labels() != null);
        return new CodeDetails(
                labels(first.labels(), second.labels()),
                names(first.names(), second.names()),
                first.model(),
                "",
                first.part() == second.part() ? first.part() : SplitPart.UNKNOWN,
                first.medium().equals(second.medium()) ? first.medium() : Optional.empty());
    }

    private static void requireBothOrNeither(String what, String index, boolean first, String added, boolean second) {
        if (first != second) {
            throw new DataException("index: " + (first ? added : index) + " has no " + what + ", "
                    + (first ? index : added) + " has some; need " + what + " of both or of neither");
        }
    }

    private static List<String> names(List<String> first, List<String> second) {
        return new AbstractList<>() {
            @Override
            public String get(int row) {
                return row < first.size() ? first.get(row) : second.get(row - first.size());
            }

            @Override
            public int size() {
                return Math.addExact(first.size(), second.size());
            }
        };
    }

    private static @Nullable LabelColumn labels(@Nullable LabelColumn first, @Nullable LabelColumn second) {
        if (first == null || second == null) {
            return null;
        }
        if (first.isSingle() != second.isSingle() || (!first.isSingle() && first.classes() != second.classes())) {
            throw new DataException("index: labels differ: " + described(first) + ", to add " + described(second)
                    + "; need classes in both, or 0/1 rows with equally many columns");
        }
        return new LabelColumn() {
            @Override
            public long count() {
                return first.count() + second.count();
            }

            @Override
            public int classes() {
                return Math.max(first.classes(), second.classes());
            }

            @Override
            public boolean isSingle() {
                return first.isSingle();
            }

            @Override
            public long word(long row, int w) {
                return row < first.count() ? first.word(row, w) : second.word(row - first.count(), w);
            }
        };
    }

    private static String described(LabelColumn labels) {
        return (labels.isSingle()
                        ? "classes (" + labels.count()
                        : "0/1 rows (" + labels.count() + ", " + labels.classes())
                + ")";
    }
}
