package org.hashgrad.hashing.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.method.Method;

/**
 * What there is to say of a method: its {@link Published}, its keys and their defaults.
 *
 * @param name as configurations write it
 * @param equation the method's; without one of its own, those of its losses
 * @param place where the surveys put it
 * @param parameters its keys with their defaults
 */
public record MethodDescription(
        String name, String paper, List<String> equation, List<String> place, Map<String, Object> parameters) {
    /** Of any number of bits; what losses say of themselves does not depend on it. */
    private static final int BITS = 1;

    /** One of each method of this library. */
    public static List<MethodDescription> all() {
        return Method.shipped().stream().map(MethodDescription::of).toList();
    }

    /** Of a method as it is configured. */
    static MethodDescription of(Method method) {
        Published published = Objects.requireNonNull(
                method.getClass().getAnnotation(Published.class),
                () -> method.getClass().getSimpleName() + " needs a @Published");
        String[] own = published.equation();
        return new MethodDescription(
                method.name(),
                published.paper(),
                own.length > 0 ? List.of(own) : equationOfLosses(method),
                Arrays.stream(published.place()).map(String::valueOf).toList(),
                RunConfig.keysOf(method));
    }

    /** The same, where nobody knows what was descended. */
    MethodDescription withoutEquation() {
        return new MethodDescription(name, paper, List.of(), place, parameters);
    }

    private static List<String> equationOfLosses(Method method) {
        return method.objective(BITS).stream()
                .map(loss -> loss.getClass().getAnnotation(Published.class))
                .filter(Objects::nonNull)
                .flatMap(published -> Stream.of(published.equation()))
                .toList();
    }
}
