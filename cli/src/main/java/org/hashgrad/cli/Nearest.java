package org.hashgrad.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/**
 * The name that was probably meant, whatever its case: one that begins with what was typed, else the one with the fewest letters to
 * insert, delete or replace.
 */
final class Nearest {
    private Nearest() {}

    static String to(String name, Collection<String> known) {
        String typed = name.toLowerCase(Locale.ROOT);
        return known.stream()
                .min(Comparator.<String, Boolean>comparing(
                                each -> !each.toLowerCase(Locale.ROOT).startsWith(typed))
                        .thenComparingInt(each -> distance(typed, each.toLowerCase(Locale.ROOT))))
                .orElseThrow();
    }

    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[above.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
