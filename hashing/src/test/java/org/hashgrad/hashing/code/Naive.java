package org.hashgrad.hashing.code;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Search by the definition: all distances bit by bit, all sorted, once for each query. */
final class Naive {
    private record Found(long id, int distance) {}

    private final List<List<Found>> ranked;

    Naive(CodeStore database, Codes queries) {
        boolean[][] rows = bits(Codes.copyOf(database, 0, database.size()));
        boolean[][] asked = bits(queries);
        ranked = IntStream.range(0, asked.length)
                .mapToObj(q -> ranked(database, rows, asked[q]))
                .toList();
    }

    List<Neighbours> nearest(int k, Ties ties) {
        return ranked.stream()
                .map(all -> {
                    List<Found> first = all.subList(0, Math.min(k, all.size()));
                    return neighbours(
                            ties == Ties.CUT_BY_ID || first.isEmpty()
                                    ? first
                                    : within(all, first.get(first.size() - 1).distance));
                })
                .toList();
    }

    List<Neighbours> within(int radius) {
        return ranked.stream().map(all -> neighbours(within(all, radius))).toList();
    }

    private static List<Found> within(List<Found> all, int radius) {
        return all.stream().filter(found -> found.distance <= radius).toList();
    }

    private static boolean[][] bits(Codes codes) {
        boolean[][] bits = new boolean[codes.count()][codes.bits()];
        for (int i = 0; i < bits.length; i++) {
            for (int b = 0; b < codes.bits(); b++) {
                bits[i][b] = codes.bit(i, b);
            }
        }
        return bits;
    }

    private static List<Found> ranked(CodeStore database, boolean[][] rows, boolean[] query) {
        List<Found> all = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            int distance = 0;
            for (int b = 0; b < query.length; b++) {
                distance += rows[i][b] == query[b] ? 0 : 1;
            }
            all.add(new Found(database.id(i), distance));
        }
        all.sort(Comparator.comparingInt(Found::distance).thenComparingLong(Found::id));
        return all;
    }

    private static Neighbours neighbours(List<Found> found) {
        return new Neighbours(
                found.stream().mapToLong(Found::id).toArray(),
                found.stream().mapToInt(Found::distance).toArray());
    }
}
