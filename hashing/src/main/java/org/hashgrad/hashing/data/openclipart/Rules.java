package org.hashgrad.hashing.data.openclipart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hashgrad.hashing.data.DataException;

/**
 * Which drawings are taken, what they are called and which are queries. Drawings come in a random order for the first and in another for
 * the last.
 *
 * <ol>
 *   <li>A folder under a dropped top folder does not count; a drawing without another folder is left out.
 *   <li>A drawing in a capped folder counts for the last of its capped folders, by name; it is left out when that one is full.
 *   <li>A folder a/b/c gives the labels a and a/b. Labels of fewer than {@code minPerLabel} drawings are dropped, then drawings without
 *       a label.
 *   <li>Queries are the first {@code queries} drawings, each together with its near-duplicates; groups of more than
 *       {@code largestQueryGroup} drawings, or of more than are still wanted, are passed over.
 * </ol>
 *
 * @param droppedTops folders of no subject
 * @param caps most drawings by folder, of the first three names of a path
 */
record Rules(Set<String> droppedTops, Map<String, Integer> caps, int minPerLabel, int queries, int largestQueryGroup) {
    static final Rules STANDARD = new Rules(
            Set.of("buttons", "containers", "decorations", "logos", "science", "special", "unsorted"),
            Map.of(
                    "computer/icons", 150,
                    "computer/icons/etiquette-theme", 60,
                    "computer/icons/flat-theme", 150,
                    "computer/icons/lemon-theme", 120,
                    "recreation/games/cards", 80,
                    "shapes/stars", 200),
            40,
            400,
            10);

    /** A drawing that is taken: its place in the list and its labels, ascending. */
    record Taken(int drawing, List<String> labels) {}

    /**
     * Drawings that are taken, in the given order.
     *
     * @param folders of each drawing, such as {@code food/fruit}
     * @param order a permutation of the drawings
     * @param leftOut is told how many were left out, by reason
     */
    List<Taken> select(List<? extends Set<String>> folders, int[] order, Map<String, Integer> leftOut) {
        List<Integer> kept = new ArrayList<>();
        List<Set<String>> labels = new ArrayList<>();
        Map<String, Integer> filled = new HashMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        for (String reason : List.of("in dropped folders only", "beyond a cap", "without a frequent label")) {
            leftOut.put(reason, 0);
        }
        for (int drawing : order) {
            Set<String> counted = new TreeSet<>(folders.get(drawing));
            counted.removeIf(folder -> folder.isEmpty() || droppedTops.contains(first(folder, 1)));
            if (counted.isEmpty()) {
                leftOut.merge("in dropped folders only", 1, Integer::sum);
                continue;
            }
            String capped = "";
            for (String folder : counted) {
                capped = caps.containsKey(first(folder, 3)) ? first(folder, 3) : capped;
            }
            if (!capped.isEmpty() && filled.merge(capped, 1, Integer::sum) > caps.getOrDefault(capped, 0)) {
                leftOut.merge("beyond a cap", 1, Integer::sum);
                continue;
            }
            Set<String> own = new TreeSet<>();
            for (String folder : counted) {
                own.add(first(folder, 1));
                own.add(first(folder, 2));
            }
            kept.add(drawing);
            labels.add(own);
            own.forEach(label -> counts.merge(label, 1, Integer::sum));
        }
        List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            List<String> frequent = labels.get(i).stream()
                    .filter(label -> counts.getOrDefault(label, 0) >= minPerLabel)
                    .toList();
            if (frequent.isEmpty()) {
                leftOut.merge("without a frequent label", 1, Integer::sum);
            } else {
                taken.add(new Taken(kept.get(i), frequent));
            }
        }
        return taken;
    }

    /**
     * Which of the drawings are queries.
     *
     * @param groups the number of each drawing's group
     * @throws DataException when there are too few in small groups
     */
    boolean[] queriesOf(int[] groups) {
        Map<Integer, List<Integer>> members = new LinkedHashMap<>();
        for (int i = 0; i < groups.length; i++) {
            members.computeIfAbsent(groups[i], g -> new ArrayList<>()).add(i);
        }
        boolean[] isQuery = new boolean[groups.length];
        int found = 0;
        for (List<Integer> group : members.values()) {
            if (group.size() <= Math.min(largestQueryGroup, queries - found)) {
                group.forEach(i -> isQuery[i] = true);
                found += group.size();
            }
        }
        if (found < queries || found == groups.length) {
            throw new DataException("openclipart: " + groups.length + " drawings, of which " + found
                    + " can be queries; need " + queries + " and others for training");
        }
        return isQuery;
    }

    /** The first names of a path. */
    private static String first(String folder, int names) {
        int end = -1;
        for (int i = 0; i < names; i++) {
            end = folder.indexOf('/', end + 1);
            if (end < 0) {
                return folder;
            }
        }
        return folder.substring(0, end);
    }
}
