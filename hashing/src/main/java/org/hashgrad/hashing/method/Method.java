package org.hashgrad.hashing.method;

import java.util.List;
import java.util.stream.Stream;
import org.hashgrad.hashing.loss.Loss;

/** A paper's way to learn codes: of one medium, or of two that are retrieved by one another. Its components are configuration keys. */
public sealed interface Method permits HashingMethod, CrossModalMethod {
    /** As configurations write it, for example {@code dhn}. */
    String name();

    /**
     * The losses that its networks descend, as they are configured; none for a method that descends something else.
     *
     * @param bits of a code
     */
    default List<Loss> objective(int bits) {
        return List.of();
    }

    /** Every method of this library, each with its default settings. */
    static List<Method> shipped() {
        return Stream.<Method>concat(HashingMethod.shipped().stream(), CrossModalMethod.shipped().stream())
                .toList();
    }
}
