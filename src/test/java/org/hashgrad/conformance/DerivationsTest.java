package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hashgrad.hashing.loss.LossDescription;
import org.junit.jupiter.api.Test;

/** {@code docs/derivations.md} against the Javadoc of every shipped loss and closed-form step. */
class DerivationsTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path SOURCES = ROOT.resolve("hashing/src/main/java/org/hashgrad/hashing");
    private static final Pattern SECTION =
            Pattern.compile("^## (\\w+)\\R(.*?)(?=^#|\\z)", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern BLOCK = Pattern.compile("^```text\\R(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern PRE = Pattern.compile("<pre>(.*?)</pre>", Pattern.DOTALL);
    private static final Pattern INLINE = Pattern.compile("\\{@\\w+ #?([^}]*)}");
    private static final Pattern FIGURES = Pattern.compile(
            "Figures \\(\\d+ forms?\\): numeric (\\S+), second order (\\S+), closed form (\\S+), before tanh (\\S+)\\.");

    private static Map<String, String> sections() throws IOException {
        Map<String, String> sections = new TreeMap<>();
        Matcher section = SECTION.matcher(Files.readString(ROOT.resolve("docs/derivations.md")));
        while (section.find()) {
            sections.put(section.group(1), section.group(2));
        }
        return sections;
    }

    private static Set<String> losses() {
        Set<String> losses = new TreeSet<>();
        LossDescription.all().forEach(loss -> losses.add(loss.type()));
        return losses;
    }

    /** The classes of the step package that state a formula. */
    private static Set<String> steps() throws IOException {
        Set<String> steps = new TreeSet<>();
        try (Stream<Path> files = Files.list(SOURCES.resolve("step"))) {
            for (Path file : files.toList()) {
                if (PRE.matcher(Files.readString(file)).find()) {
                    steps.add(String.valueOf(file.getFileName()).replace(".java", ""));
                }
            }
        }
        return steps;
    }

    /** The formula of the class's Javadoc as plain text. */
    private static String formula(Path source) throws IOException {
        Matcher pre = PRE.matcher(Files.readString(source));
        assertTrue(pre.find(), () -> source + " has no formula");
        String plain = pre.group(1)
                .replaceAll("(?m)^ \\*", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
        return spaced(INLINE.matcher(plain).replaceAll("$1"));
    }

    private static String spaced(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private static void assertSameFormula(String name, Path source) throws IOException {
        String section = sections().getOrDefault(name, "");
        assertFalse(section.isEmpty(), () -> "docs/derivations.md needs a section '## " + name + "'");
        Matcher block = BLOCK.matcher(section);
        assertTrue(block.find(), () -> "the section " + name + " needs a text block with the formula");
        assertEquals(formula(source), spaced(block.group(1)), name);
    }

    @Test
    void everyShippedLossHasItsFormulaAndPaper() throws IOException {
        for (LossDescription loss : LossDescription.all()) {
            assertSameFormula(loss.type(), SOURCES.resolve("loss/" + loss.type() + ".java"));
            String section = spaced(sections().getOrDefault(loss.type(), ""));
            assertTrue(section.contains(loss.paper()), () -> loss.paper() + " in the section " + loss.type());
        }
    }

    @Test
    void everyStepHasItsFormula() throws IOException {
        for (String step : steps()) {
            assertSameFormula(step, SOURCES.resolve("step/" + step + ".java"));
        }
    }

    @Test
    void everySectionIsOfAClassThatShips() throws IOException {
        Set<String> known = losses();
        known.addAll(steps());
        assertEquals(known, new TreeSet<>(sections().keySet()));
    }

    @Test
    void figuresOfEveryLossAreWithinTheBounds() throws IOException {
        Map<String, String> sections = sections();
        for (String loss : losses()) {
            Matcher figures = FIGURES.matcher(spaced(sections.getOrDefault(loss, "")));
            assertTrue(figures.find(), () -> "the section " + loss + " needs the figures of its checks");
            assertTrue(Double.parseDouble(figures.group(1)) <= 1e-6, loss);
            assertTrue(Double.parseDouble(figures.group(2)) <= 1e-6, loss);
            assertTrue(Double.parseDouble(figures.group(3)) <= 1e-12, loss);
            assertTrue(Double.parseDouble(figures.group(4)) <= 1e-12, loss);
        }
    }
}
