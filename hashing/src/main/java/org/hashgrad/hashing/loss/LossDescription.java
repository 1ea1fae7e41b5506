package org.hashgrad.hashing.loss;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of a shipped loss without running it; read from its class and its components, so there is no second list.
 *
 * @param name as in {@link ShippedLosses}
 * @param type the simple name of its class
 * @param kind {@code PairLoss} and the like
 * @param shapes as {@link Loss#shapes}
 * @param paper as {@link Published#paper}
 * @param equation as {@link Published#equation}
 * @param place its places in the surveys, as text
 * @param parameters its components, as configurations write them
 */
public record LossDescription(
        String name,
        String type,
        String kind,
        String shapes,
        String paper,
        List<String> equation,
        List<String> place,
        Map<String, String> parameters) {

    /** Of every shipped loss, in the list's order. */
    public static List<LossDescription> all() {
        return ShippedLosses.all().stream().map(LossDescription::of).toList();
    }

    /** Paper, equation and place are empty for a loss that does not say where it was {@link Published}. */
    static LossDescription of(ShippedLosses.Named named) {
        Loss loss = named.loss();
        @Nullable Published published = loss.getClass().getAnnotation(Published.class);
        return new LossDescription(
                named.name(),
                loss.getClass().getSimpleName(),
                kind(loss),
                loss.shapes(),
                published == null ? "" : published.paper(),
                published == null ? List.of() : List.of(published.equation()),
                published == null
                        ? List.of()
                        : Stream.of(published.place()).map(Taxonomy::toString).toList(),
                loss instanceof Record made ? parameters(made) : Map.of());
    }

    private static String kind(Loss loss) {
        return Stream.of(Loss.class.getPermittedSubclasses())
                .filter(kind -> kind.isInstance(loss))
                .map(Class::getSimpleName)
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> parameters(Record made) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (RecordComponent component : made.getClass().getRecordComponents()) {
            Object value = LossVariants.value(made, component);
            parameters.put(
                    component.getName(),
                    value instanceof Enum<?> constant
                            ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
                            : String.valueOf(value));
        }
        return parameters;
    }
}
