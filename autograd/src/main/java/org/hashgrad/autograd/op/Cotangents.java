package org.hashgrad.autograd.op;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Variable;
import org.jspecify.annotations.Nullable;

/** Lists of cotangents, which unlike {@code List.of} may hold null for "none". */
final class Cotangents {
    private Cotangents() {}

    static List<@Nullable Variable> of(@Nullable Variable... gradients) {
        return Arrays.asList(gradients);
    }
}
