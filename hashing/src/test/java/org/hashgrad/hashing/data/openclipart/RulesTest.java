package org.hashgrad.hashing.data.openclipart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

final class RulesTest {
    private static final Rules RULES = new Rules(Set.of("junk"), Map.of("a/b", 2, "a/b/c", 1, "d", 3), 2, 3, 2);

    @Test
    void foldersGiveLabelsOfTheFirstAndTheFirstTwoNames() {
        List<Set<String>> folders = List.of(Set.of("x/y/z"), Set.of("x"), Set.of("x/y", "junk/more"), Set.of("", "x"));
        assertEquals(
                List.of(
                        new Rules.Taken(0, List.of("x", "x/y")),
                        new Rules.Taken(1, List.of("x")),
                        new Rules.Taken(2, List.of("x", "x/y")),
                        new Rules.Taken(3, List.of("x"))),
                RULES.select(folders, new int[] {0, 1, 2, 3}, new HashMap<>()));
    }

    @Test
    void capsCountInTheGivenOrderAndForTheLastFolder() {
        Set<String> deep = Set.of("a/b/c/d");
        Set<String> both = Set.of("a/b", "d");
        List<Set<String>> folders = List.of(deep, deep, both, both, Set.of("a/b"), Set.of("a/b"), both, both);
        Map<String, Integer> leftOut = new HashMap<>();
        List<Integer> taken = RULES.select(folders, new int[] {1, 0, 7, 6, 5, 4, 3, 2}, leftOut).stream()
                .map(Rules.Taken::drawing)
                .toList();
        assertEquals(List.of(1, 7, 6, 5, 4, 3), taken);
        assertEquals(Map.of("in dropped folders only", 0, "beyond a cap", 2, "without a frequent label", 0), leftOut);
    }

    @Test
    void selectionIsThatOfTheDefinition() {
        List<String> names = List.of("a", "a/b", "a/b/c", "a/b/c/x", "d", "d/e", "junk", "junk/a", "f/g", "h", "i/j/k");
        for (int seed = 0; seed < 40; seed++) {
            RandomKey key = RandomKey.of(seed);
            List<Set<String>> folders = new ArrayList<>();
            for (int i = 0; i < 14; i++) {
                Set<String> own = new TreeSet<>(Set.of(names.get(key.below(names.size(), 2L * i))));
                own.add(names.get(key.below(names.size(), 2L * i + 1)));
                folders.add(own);
            }
            int[] order = key.split("order").permutation(folders.size());
            assertEquals(bySteps(folders, order), RULES.select(folders, order, new HashMap<>()));
        }
    }

    /** The same, one rule at a time over the whole list. */
    private static List<Rules.Taken> bySteps(List<Set<String>> folders, int[] order) {
        Map<Integer, List<String>> left = new LinkedHashMap<>();
        for (int i : order) {
            left.put(
                    i,
                    folders.get(i).stream()
                            .filter(f -> !f.startsWith("junk"))
                            .sorted()
                            .toList());
        }
        left.values().removeIf(List::isEmpty);
        for (String cap : RULES.caps().keySet()) {
            List<Integer> in = left.entrySet().stream()
                    .filter(e -> lastCapped(e.getValue()).equals(cap))
                    .map(Map.Entry::getKey)
                    .toList();
            in.stream().skip(RULES.caps().getOrDefault(cap, 0)).forEach(left::remove);
        }
        Map<Integer, Set<String>> labels = new LinkedHashMap<>();
        left.forEach((i, own) -> {
            Set<String> all = new TreeSet<>();
            own.forEach(f -> {
                String[] parts = f.split("/", -1);
                all.add(parts[0]);
                all.add(parts.length > 1 ? parts[0] + "/" + parts[1] : parts[0]);
            });
            labels.put(i, all);
        });
        Map<String, Long> counts = new TreeMap<>();
        labels.values().forEach(all -> all.forEach(l -> counts.merge(l, 1L, Long::sum)));
        List<Rules.Taken> taken = new ArrayList<>();
        labels.forEach((i, all) -> {
            all.removeIf(l -> counts.getOrDefault(l, 0L) < RULES.minPerLabel());
            if (!all.isEmpty()) {
                taken.add(new Rules.Taken(i, List.copyOf(all)));
            }
        });
        return taken;
    }

    private static String lastCapped(List<String> folders) {
        String last = "";
        for (String folder : folders) {
            String[] parts = folder.split("/", -1);
            String three = String.join("/", List.of(parts).subList(0, Math.min(3, parts.length)));
            last = RULES.caps().containsKey(three) ? three : last;
        }
        return last;
    }

    @Test
    void queriesAreTheFirstThatFitWithTheirGroups() {
        assertEquals("110001000", queries(0, 0, 2, 2, 2, 5, 6, 7, 8));
        assertEquals("101100000", queries(0, 1, 0, 3, 4, 4, 1, 1, 8));
        assertEquals("011010000", queries(0, 1, 2, 0, 1, 0, 6, 7, 8));
    }

    private static String queries(int... groups) {
        boolean[] isQuery = RULES.queriesOf(groups);
        StringBuilder text = new StringBuilder();
        for (boolean query : isQuery) {
            text.append(query ? '1' : '0');
        }
        return text.toString();
    }

    @Test
    void noGroupIsOnBothSidesAndThereAreExactlyTheWantedQueries() {
        Rules rules = new Rules(Set.of(), Map.of(), 1, 20, 4);
        for (int seed = 0; seed < 50; seed++) {
            RandomKey key = RandomKey.of(seed);
            int[] groups = IntStream.range(0, 60)
                    .map(i -> key.split(i).below(2, 0) == 0 ? i : key.below(i + 1, i))
                    .toArray();
            boolean[] isQuery = rules.queriesOf(groups);
            assertEquals(20, IntStream.range(0, 60).filter(i -> isQuery[i]).count());
            for (int i = 0; i < 60; i++) {
                int group = groups[i];
                for (int j = 0; j < i; j++) {
                    assertTrue(groups[j] != group || isQuery[i] == isQuery[j]);
                }
                assertTrue(!isQuery[i]
                        || IntStream.of(groups).filter(g -> g == group).count() <= 4);
            }
        }
    }

    @Test
    void tooFewDrawingsForTheQueriesAreCounted() {
        assertEquals(
                "openclipart: 4 drawings, of which 1 can be queries; need 3 and others for training",
                Failure.of(() -> RULES.queriesOf(new int[] {0, 0, 0, 3})));
        assertEquals(
                "openclipart: 3 drawings, of which 3 can be queries; need 3 and others for training",
                Failure.of(() -> RULES.queriesOf(new int[] {0, 1, 2})));
    }
}
