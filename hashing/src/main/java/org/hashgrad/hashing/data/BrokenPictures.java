package org.hashgrad.hashing.data;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The pictures of a set that can't be read, found by reading all of them.
 *
 * @param reasons by row, what {@link Pictures#picture} said
 */
public record BrokenPictures(SortedMap<Integer, String> reasons) {
    public BrokenPictures {
        reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
    }

    /** Reads all pictures, several at a time. Nothing is read of a set that lies in memory. */
    public static BrokenPictures of(SampleSet set) {
        return of(set, i -> {});
    }

    /**
     * As {@link #of(SampleSet)}.
     *
     * @param done is told of each row that has been read, from any thread
     */
    public static BrokenPictures of(SampleSet set, IntConsumer done) {
        SortedMap<Integer, String> reasons = Collections.synchronizedSortedMap(new TreeMap<>());
        if (set instanceof PictureSet pictures) {
            IntStream.range(0, pictures.count()).parallel().forEach(i -> {
                try {
                    pictures.raw(new int[] {i});
                } catch (DataException e) {
                    reasons.put(i, String.valueOf(e.getMessage()));
                }
                done.accept(i);
            });
        }
        return new BrokenPictures(reasons);
    }

    /** The set without them. @throws DataException when none would be left */
    public Dataset leftOutOf(Dataset set) {
        int[] whole = IntStream.range(0, set.count())
                .filter(i -> !reasons.containsKey(i))
                .toArray();
        if (whole.length == 0) {
            throw new DataException("data: " + set.name() + ": none of its " + set.count() + " pictures can be read; "
                    + reasons.get(reasons.firstKey()));
        }
        return reasons.isEmpty() ? set : set.select(whole);
    }
}
