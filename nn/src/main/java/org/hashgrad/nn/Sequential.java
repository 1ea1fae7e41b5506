package org.hashgrad.nn;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;

/** One module after the other. In evaluation each intermediate is freed as soon as the next one is there; x itself never is. */
public final class Sequential extends Module {
    private final List<Module> modules;

    public Sequential(List<? extends Module> modules) {
        this.modules = List.copyOf(modules);
    }

    public Sequential(Module... modules) {
        this(Arrays.asList(modules));
    }

    public List<Module> modules() {
        return modules;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        Variable y = x;
        for (Module module : modules) {
            Variable before = y;
            y = pass.contained(() -> module.forward(pass, before));
            if (before != x) {
                pass.discard(before);
            }
        }
        return y;
    }

    @Override
    public List<Slot> slots() {
        return modules.stream().flatMap(m -> m.slots().stream()).toList();
    }

    @Override
    public Sequential copyTo(Backend backend) {
        return new Sequential(modules.stream().map(m -> m.copyTo(backend)).toList());
    }
}
