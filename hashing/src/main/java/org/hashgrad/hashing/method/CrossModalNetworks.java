package org.hashgrad.hashing.method;

import java.util.List;
import java.util.Map;
import org.hashgrad.nn.Module;

/** The networks of a cross-modal method. Slots have names that begin with their network's. */
public interface CrossModalNetworks extends AutoCloseable {
    /** A sample of the first medium (N, …) → relaxed codes (N, bits). */
    Module image();

    /** A sample of the second medium (N, …) → relaxed codes (N, bits). */
    Module text();

    /** These two and, where the method trains more, all others. */
    default List<Module> all() {
        return List.of(image(), text());
    }

    /**
     * Whatever the method does to its networks before it trains them; nothing, unless it says otherwise.
     *
     * @return what a reader of the run may want to see of it, by the name of a JSON file; plain maps, lists, numbers and text
     */
    default Map<String, Map<String, ?>> pretrain(CrossModalTraining training) {
        return Map.of();
    }

    /** Begins a training of these networks. */
    CrossModalState begin(CrossModalTraining training);

    @Override
    default void close() {
        all().forEach(Module::close);
    }
}
