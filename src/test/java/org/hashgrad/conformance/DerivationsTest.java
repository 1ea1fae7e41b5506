package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.hashing.loss.LossCheck;
import org.hashgrad.hashing.loss.LossDescription;
import org.hashgrad.hashing.loss.ShippedLosses;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
            "Figures \\((\\d+) forms?\\): numeric (\\S+), second order (\\S+), closed form (\\S+), before tanh (\\S+)\\.");
    private static final List<String> CHECKS =
            List.of("numeric", "second order", "closed form", "closed form, before tanh");

    /** The seed that the page names. */
    private static final long SEED = 0;

    /** What another JVM's exp and log may change in a figure, either way; figures below one rounding are equal. */
    private static final double SAME_ORDER = 10;

    /** Step classes that serve others and have no formula of their own. */
    private static final Set<String> WITHOUT_FORMULA = Set.of(
            "BinaryQuadratic",
            "CosineDistances",
            "DistanceSample",
            "EddhWeights",
            "LinearAlgebra",
            "Rows",
            "Signs",
            "Similarity",
            "SimilaritySums",
            "package-info");

    private static Map<String, String> sections() throws IOException {
        Map<String, String> sections = new TreeMap<>();
        Matcher section = SECTION.matcher(Files.readString(ROOT.resolve("docs/derivations.md")));
        while (section.find()) {
            sections.put(section.group(1), section.group(2));
        }
        return sections;
    }

    /** The classes of the step package that state a formula, or that do not. */
    private static Set<String> steps(boolean formula) throws IOException {
        Set<String> steps = new TreeSet<>();
        try (Stream<Path> files = Files.list(SOURCES.resolve("step"))) {
            for (Path file : files.toList()) {
                if (PRE.matcher(Files.readString(file)).find() == formula) {
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
        for (String step : steps(true)) {
            assertSameFormula(step, SOURCES.resolve("step/" + step + ".java"));
        }
    }

    @Test
    void stepClassesWithoutAFormulaAreTheHelpers() throws IOException {
        assertEquals(new TreeSet<>(WITHOUT_FORMULA), steps(false));
    }

    @Test
    void everySectionIsOfAClassThatShips() throws IOException {
        Set<String> known = losses();
        known.addAll(steps(true));
        assertEquals(known, new TreeSet<>(sections().keySet()));
    }

    static Set<String> losses() {
        Set<String> losses = new TreeSet<>();
        LossDescription.all().forEach(loss -> losses.add(loss.type()));
        return losses;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void figuresOfEveryLossAreThoseOfItsChecks(String type) throws IOException {
        Matcher figures = FIGURES.matcher(spaced(sections().getOrDefault(type, "")));
        assertTrue(figures.find(), () -> "the section " + type + " needs the figures of its checks");
        List<ShippedLosses.Named> forms = ShippedLosses.all().stream()
                .filter(form -> form.loss().getClass().getSimpleName().equals(type))
                .toList();
        assertEquals(forms.size(), Integer.parseInt(figures.group(1)), "forms");
        Map<String, CheckRow> worst = new HashMap<>();
        try (Backend reference = new ReferenceBackend()) {
            for (ShippedLosses.Named form : forms) {
                new LossCheck(form.name(), form.loss())
                        .run(reference, SEED)
                        .rows()
                        .forEach(row -> worst.merge(row.check(), row, (a, b) -> a.error() >= b.error() ? a : b));
            }
        }
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < CHECKS.size(); i++) {
            CheckRow row = Objects.requireNonNull(worst.get(CHECKS.get(i)));
            double documented = Double.parseDouble(figures.group(i + 2));
            double rounding = Math.ulp(1.0);
            double ratio = Math.max(row.error(), rounding) / Math.max(documented, rounding);
            if (!row.passed() || ratio > SAME_ORDER || ratio < 1 / SAME_ORDER) {
                wrong.add(row.check() + ": documented " + documented + ", found " + row.error() + ", bound "
                        + row.bound());
            }
        }
        assertEquals(List.of(), wrong);
    }
}
