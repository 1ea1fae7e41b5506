package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hashgrad.autograd.check.OpTable;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.ShippedLosses;
import org.hashgrad.hashing.loss.ShippedLosses.Named;
import org.hashgrad.hashing.loss.custom.LossSource;

/** What {@code gradcheck NAME…} asks for: ops and losses that ship, classes, source files; everything that ships when no name is given. */
final class CheckedLosses {
    private final List<String> asked = new ArrayList<>();
    private final List<Named> losses = new ArrayList<>(ShippedLosses.all());
    private final List<String> unknown = new ArrayList<>();

    /** @throws org.hashgrad.hashing.data.DataException when a class or file is no loss that can be made */
    CheckedLosses(List<String> names, ClassLoader classes) {
        for (String name : names) {
            if (name.endsWith(LossSource.SUFFIX)) {
                add(LossSource.nameOf(Path.of(name)), LossSource.load(Path.of(name)));
            } else if (shipped().stream().anyMatch(each -> stands(name, each))) {
                asked.add(name);
            } else {
                Optional<Loss> other = ShippedLosses.named(name).or(() -> LossSource.ofClass(name, classes));
                other.ifPresentOrElse(loss -> add(name, loss), () -> unknown.add(name));
            }
        }
    }

    private void add(String name, Loss loss) {
        asked.add(name);
        losses.add(new Named(name, loss));
    }

    private static Set<String> shipped() {
        Set<String> known = new LinkedHashSet<>();
        OpTable.rows().forEach(op -> known.add(nameOf(op)));
        ShippedLosses.all().forEach(loss -> known.add(loss.name()));
        return known;
    }

    /** The first name that nothing goes by, with the nearest that something does. */
    Optional<String> unknown() {
        return unknown.stream()
                .findFirst()
                .map(name -> "unknown op or loss '" + name + "'; nearest is " + Nearest.to(name, shipped()) + " of "
                        + shipped().size() + "; a loss of your own is a class on --classpath or a file that ends in "
                        + LossSource.SUFFIX);
    }

    /** The losses asked for. */
    List<Named> losses() {
        return losses.stream().filter(loss -> wanted(loss.name())).toList();
    }

    /** The rows of the ops asked for. */
    List<OpTable.Row> ops() {
        return OpTable.rows().stream().filter(op -> wanted(nameOf(op))).toList();
    }

    /** Whether names were given. */
    boolean areChosen() {
        return !asked.isEmpty();
    }

    private boolean wanted(String name) {
        return asked.isEmpty() || asked.stream().anyMatch(each -> stands(each, name));
    }

    /** A name stands for itself and for the forms of it, whatever the case of its letters. */
    private static boolean stands(String name, String known) {
        String typed = name.toLowerCase(Locale.ROOT);
        String each = known.toLowerCase(Locale.ROOT);
        return each.equals(typed) || each.startsWith(typed + ".");
    }

    private static String nameOf(OpTable.Row op) {
        return op.covers().getSimpleName();
    }
}
