package org.hashgrad.hashing.protocol;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.method.Method;

/**
 * What there is to say of a method: its {@link Published}, its keys and their defaults.
 *
 * @param name as configurations write it
 * @param equation the method's; without one of its own, that of its loss
 * @param place where the surveys put it
 * @param parameters its keys with their defaults
 */
public record MethodDescription(
        String name, String paper, List<String> equation, List<String> place, Map<String, Object> parameters) {
    /** One of each method of this library. */
    public static List<MethodDescription> all() {
        return Method.shipped().stream().map(MethodDescription::of).toList();
    }

    private static MethodDescription of(Method method) {
        Published published = Objects.requireNonNull(
                method.getClass().getAnnotation(Published.class),
                () -> method.getClass().getSimpleName() + " needs a @Published");
        String[] own = published.equation();
        return new MethodDescription(
                method.name(),
                published.paper(),
                own.length > 0 ? List.of(own) : equationOfLoss(method),
                Arrays.stream(published.place()).map(String::valueOf).toList(),
                RunConfig.keysOf(method));
    }

    private static List<String> equationOfLoss(Method method) {
        return lossOf(method)
                .map(loss -> loss.getClass().getAnnotation(Published.class))
                .map(published -> List.of(published.equation()))
                .orElse(List.of());
    }

    /** The loss among a method's settings; empty where it has none. */
    static Optional<Loss> lossOf(Method method) {
        for (RecordComponent component : method.getClass().getRecordComponents()) {
            if (RecordKeys.read(component, (Record) method) instanceof Loss loss) {
                return Optional.of(loss);
            }
        }
        return Optional.empty();
    }
}
