package org.hashgrad.hashing.code;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
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

    /** What is known of both, codes of one model; the protocol's digest is kept where they agree. */
    static CodeDetails details(CodeDetails first, CodeDetails second) {
        if (first.names().isEmpty() != second.names().isEmpty()) {
            throw new DataException("index: only one of the two has names; need both or neither");
        }
        List<String> names = new ArrayList<>(first.names());
        names.addAll(second.names());
        return new CodeDetails(
                labels(first.labels(), second.labels()),
                names,
                first.model(),
                first.protocol().equals(second.protocol()) ? first.protocol() : "");
    }

    private static @Nullable Labels labels(@Nullable Labels first, @Nullable Labels second) {
        if (first == null && second == null) {
            return null;
        }
        if (first == null || second == null) {
            throw new DataException("index: only one of the two has labels; need both or neither");
        }
        Labels.requireComparable(first, second);
        if (first instanceof ClassLabels a && second instanceof ClassLabels b) {
            return ClassLabels.of(IntStream.concat(
                            IntStream.range(0, a.count()).map(a::classOf),
                            IntStream.range(0, b.count()).map(b::classOf))
                    .toArray());
        }
        int classes = first.classes();
        return MultiLabels.ofRows(
                Stream.of(first, second)
                        .flatMapToInt(labels -> IntStream.range(0, labels.count() * classes)
                                .map(at -> labels.has(at / classes, at % classes) ? 1 : 0))
                        .toArray(),
                classes);
    }
}
