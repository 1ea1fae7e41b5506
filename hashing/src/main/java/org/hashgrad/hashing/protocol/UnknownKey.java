package org.hashgrad.hashing.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/** What to say of a key that there is not: the one that was meant, or those to choose from. */
final class UnknownKey {
    private UnknownKey() {}

    /**
     * In this order: a section's keys; the key with the same last segment; one of the same section, then any, that is at most a third of
     * the letters away; every key of the section or of all.
     */
    static String advice(String key, Collection<String> known) {
        List<String> inside = section(key, known);
        if (!inside.isEmpty()) {
            return "'" + key + "' is a section; its keys: " + String.join(", ", inside);
        }
        String unknown = "unknown key '" + key + "'; ";
        String last = last(key);
        List<String> same =
                known.stream().filter(other -> last(other).equals(last)).toList();
        if (!same.isEmpty()) {
            return unknown + "nearest: " + nearest(same, other -> distance(key, other));
        }
        List<String> siblings =
                last.length() == key.length() ? List.of() : section(key.substring(0, key.lastIndexOf('.')), known);
        List<String> near = new ArrayList<>(siblings);
        near.removeIf(other -> distance(last, last(other)) > limit(last));
        if (!near.isEmpty()) {
            return unknown + "nearest: " + nearest(near, other -> distance(last, last(other)));
        }
        if (!siblings.isEmpty()) {
            return unknown + "the keys there: " + String.join(", ", siblings);
        }
        near.addAll(known);
        near.removeIf(other -> distance(key, other) > limit(key) && distance(last, last(other)) > limit(last));
        if (!near.isEmpty()) {
            return unknown + "nearest: "
                    + nearest(near, other -> Math.min(distance(key, other), distance(last, last(other))));
        }
        return unknown + "the keys: " + String.join(", ", known);
    }

    private static List<String> section(String name, Collection<String> known) {
        return known.stream().filter(other -> other.startsWith(name + ".")).toList();
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    private static int limit(String text) {
        return Math.max(1, text.length() / 3);
    }

    private static String nearest(List<String> candidates, ToIntFunction<String> distance) {
        return candidates.stream().min(Comparator.comparingInt(distance)).orElseThrow();
    }

    /** Letters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
