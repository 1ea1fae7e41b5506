package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.hashgrad.hashing.method.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MethodDescriptionTest {
    private static final Path SOURCES = Path.of("src/main/java/org/hashgrad/hashing");
    private static final Pattern LINK = Pattern.compile("\\{@link\\s+(?:[a-z.]+\\.)?(\\w+)");
    private static final Pattern STORED = Pattern.compile("\\bloss\\b");

    static List<Method> methods() {
        return Method.shipped();
    }

    private static MethodDescription of(Method method) {
        return MethodDescription.all().stream()
                .filter(description -> description.name().equals(method.name()))
                .findFirst()
                .orElseThrow();
    }

    /** The Javadoc above a class, as text. */
    private static String javadoc(Path source) throws IOException {
        String text = Files.readString(source);
        int from = text.indexOf("/**");
        return spaced(text.substring(from, text.indexOf("*/", from))
                .replaceAll("(?m)^ \\*", "")
                .replace("&lt;", "<"));
    }

    private static String spaced(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void paperStandsInTheMethodsJavadocAndEquationsThereOrInThatOfItsLossAndSteps(Method method) throws IOException {
        Path file = SOURCES.resolve("method").resolve(method.getClass().getSimpleName() + ".java");
        String own = javadoc(file);
        MethodDescription description = of(method);
        assertTrue(own.contains(description.paper()), () -> description.paper() + " in " + own);
        StringBuilder all = new StringBuilder(own);
        List<String> linked = LINK.matcher(own)
                .results()
                .map((MatchResult link) -> link.group(1))
                .toList();
        for (String folder : List.of("loss", "step")) {
            for (String name : linked) {
                Path source = SOURCES.resolve(folder).resolve(name + ".java");
                if (Files.exists(source)) {
                    all.append(javadoc(source));
                }
            }
        }
        Object loss = java.util.Arrays.stream(method.getClass().getRecordComponents())
                .filter(component -> STORED.matcher(component.getName()).matches())
                .findFirst()
                .<Object>map(component -> RecordKeys.read(component, (Record) method))
                .orElse(method);
        Path source = SOURCES.resolve("loss").resolve(loss.getClass().getSimpleName() + ".java");
        if (Files.exists(source)) {
            all.append(javadoc(source));
        }
        assertFalse(description.equation().isEmpty(), method.name());
        for (String line : description.equation()) {
            assertTrue(all.toString().contains(spaced(line)), () -> line + " in " + all);
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void placeIsOneOfEachAlternative(Method method) {
        List<String> place = of(method).place();
        assertTrue(place.contains("data-independent") != place.contains("data-dependent"), place::toString);
        assertTrue(place.contains("unsupervised") != place.contains("supervised"), place::toString);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void parametersAreTheKeysThatAConfigurationTakes(Method method) {
        of(method)
                .parameters()
                .forEach((key, value) -> assertEquals(
                        RunConfig.of(java.util.Map.of("method", method.name()), List.of()),
                        RunConfig.of(java.util.Map.of("method", method.name()), List.of(key + "=" + value)),
                        key));
    }
}
