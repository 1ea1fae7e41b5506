package org.hashgrad.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;

/** One module after the other. In evaluation each intermediate is freed as soon as the next one is there; x itself never is. */
public final class Sequential extends Module {
    private final List<Module> modules;
    private final List<String> names;

    public Sequential(List<? extends Module> modules) {
        this.modules = List.copyOf(modules);
        this.names = names(this.modules);
    }

    /** What a profile calls each: its path, or its kind behind the path of the module before it, as in {@code bn1/MaxPool2d}. */
    private static List<String> names(List<Module> modules) {
        List<String> names = new ArrayList<>(modules.size());
        String last = "";
        for (Module module : modules) {
            String path = module.path();
            names.add(path.isEmpty() ? last + "/" + module.getClass().getSimpleName() : path);
            last = path.isEmpty() ? last : path;
        }
        return names;
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
        for (int i = 0; i < modules.size(); i++) {
            Module module = modules.get(i);
            Variable before = y;
            y = pass.inLayer(names.get(i), () -> pass.contained(() -> module.forward(pass, before)));
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
