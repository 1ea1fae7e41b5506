package org.hashgrad.hashing.loss;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PublishedTest {
    static List<Class<?>> losses() {
        return ShippedLosses.all().stream()
                .<Class<?>>map(named -> named.loss().getClass())
                .distinct()
                .toList();
    }

    private static Published of(Class<?> loss) {
        Published published = loss.getAnnotation(Published.class);
        assertNotNull(published, () -> loss.getSimpleName() + " needs a @Published");
        return published;
    }

    /** The Javadoc above the class, as text: no stars, entities or runs of blanks. */
    private static String javadoc(Class<?> loss) throws IOException {
        String source =
                Files.readString(Path.of("src/main/java").resolve(loss.getName().replace('.', '/') + ".java"));
        String above = source.substring(source.indexOf("/**"), source.indexOf("@Published"));
        return spaced(above.replaceAll("(?m)^ \\*", "").replace("&lt;", "<").replace("&gt;", ">"));
    }

    private static String spaced(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void paperAndEquationAreThoseOfTheJavadoc(Class<?> loss) throws IOException {
        String javadoc = javadoc(loss);
        String formula = javadoc.substring(javadoc.indexOf("<pre>"), javadoc.indexOf("</pre>"));
        assertTrue(javadoc.contains("(" + of(loss).paper() + ")"), () -> of(loss).paper() + " in " + javadoc);
        for (String equation : of(loss).equation()) {
            assertTrue(formula.contains(spaced(equation)), () -> equation + " in " + formula);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void placeIsOneOfEachAlternative(Class<?> loss) {
        Set<Taxonomy> place = Set.copyOf(Arrays.asList(of(loss).place()));
        assertTrue(place.contains(Taxonomy.DATA_INDEPENDENT) != place.contains(Taxonomy.DATA_DEPENDENT));
        assertTrue(place.contains(Taxonomy.UNSUPERVISED) != place.contains(Taxonomy.SUPERVISED));
        assertFalse(
                TripletLoss.class.isAssignableFrom(loss) != place.contains(Taxonomy.TRIPLET),
                "triplet is for losses of triplets");
        assertTrue(
                place.contains(Taxonomy.PAIRWISE) || !PairLoss.class.isAssignableFrom(loss),
                "a loss of pairs is pairwise");
    }
}
