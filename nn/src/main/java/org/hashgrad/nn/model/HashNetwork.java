package org.hashgrad.nn.model;

import java.util.List;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Backend;

/**
 * A backbone and the hash layer on top: x (N, …) → features (N, d) → relaxed codes (N, bits). The backbone alone is what a classifier
 * is trained on, and where a method's visual features come from.
 */
public final class HashNetwork extends Module {
    private final Sequential backbone;
    private final Linear hash;

    /**
     * The last module is the hash layer, all before it the backbone.
     *
     * @throws IllegalArgumentException unless there are two modules or more and the last is a {@link Linear}
     */
    public HashNetwork(Sequential network) {
        List<Module> modules = network.modules();
        int last = modules.size() - 1;
        if (last < 1 || !(modules.get(last) instanceof Linear layer)) {
            throw new IllegalArgumentException("hash network: need a backbone and a last Linear, got "
                    + modules.stream().map(m -> m.getClass().getSimpleName()).toList());
        }
        this.backbone = new Sequential(modules.subList(0, last));
        this.hash = layer;
    }

    /** x (N, …) → features (N, d). Shares its slots with this network. */
    public Sequential backbone() {
        return backbone;
    }

    /** Features (N, d) → relaxed codes (N, bits). Shares its slots with this network. */
    public Linear hash() {
        return hash;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        Variable features = pass.contained(() -> backbone.forward(pass, x));
        Variable relaxedCodes = pass.inLayer("hash", () -> pass.contained(() -> hash.forward(pass, features)));
        if (features != x) {
            pass.discard(features);
        }
        return relaxedCodes;
    }

    @Override
    public List<Slot> slots() {
        return java.util.stream.Stream.concat(backbone.slots().stream(), hash.slots().stream())
                .toList();
    }

    @Override
    public HashNetwork copyTo(Backend backend) {
        return new HashNetwork(new Sequential(
                java.util.stream.Stream.concat(backbone.modules().stream(), java.util.stream.Stream.<Module>of(hash))
                        .map(m -> m.copyTo(backend))
                        .toList()));
    }
}
