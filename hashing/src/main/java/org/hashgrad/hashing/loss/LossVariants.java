package org.hashgrad.hashing.loss;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The losses that differ from a given record in one component: a number doubled, halved or 0, another constant of an enum. */
final class LossVariants {
    private static final List<Double> FACTORS = List.of(2.0, 0.5, 0.0);

    private LossVariants() {}

    /**
     * @param mistake of whoever means {@code loss} and writes this
     * @param change such as {@code kappa = 0.5 instead of 1.0}
     */
    record Variant(Mistake mistake, String change, Loss loss) {}

    /** Those that the record accepts; components that are records are varied too. */
    static List<Variant> of(Loss loss) {
        List<Variant> variants = new ArrayList<>();
        if (loss instanceof Record made) {
            for (Changed changed : changes(made)) {
                variants.add(new Variant(changed.mistake, changed.change, (Loss) changed.made));
            }
        }
        return variants;
    }

    private record Changed(Mistake mistake, String change, Record made) {}

    private static List<Changed> changes(Record made) {
        List<Changed> changes = new ArrayList<>();
        for (RecordComponent component : made.getClass().getRecordComponents()) {
            Object present = value(made, component);
            String name = component.getName();
            if (present instanceof Record inner) {
                for (Changed changed : changes(inner)) {
                    with(made, component, changed.made)
                            .ifPresent(r -> changes.add(new Changed(changed.mistake, changed.change, r)));
                }
            } else if (present instanceof Double number && Double.isFinite(number) && number != 0) {
                for (double factor : FACTORS) {
                    Mistake mistake =
                            factor == 0 ? Mistake.MISSING_TERM : name.equals("kappa") ? Mistake.KAPPA : Mistake.OPTION;
                    with(made, component, number * factor)
                            .ifPresent(r -> changes.add(new Changed(mistake, said(name, number * factor, number), r)));
                }
            } else if (present instanceof Enum<?> constant) {
                for (Object other : constant.getDeclaringClass().getEnumConstants()) {
                    if (other != constant) {
                        Mistake mistake = isDiagonal(constant) != isDiagonal(other) ? Mistake.DIAGONAL : Mistake.OPTION;
                        with(made, component, other)
                                .ifPresent(r -> changes.add(new Changed(mistake, said(name, other, constant), r)));
                    }
                }
            }
        }
        return changes;
    }

    private static boolean isDiagonal(Object constant) {
        return constant == PairConvention.WITH_DIAGONAL;
    }

    private static String said(String name, Object changed, Object present) {
        return (name + " = " + changed + " instead of " + present)
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    static Object value(Record made, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(made);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("loss: " + component + " can't be read", e);
        }
    }

    /** Empty when the record refuses the value. */
    private static Optional<Record> with(Record made, RecordComponent changed, Object value) {
        RecordComponent[] components = made.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            arguments[i] = components[i].getName().equals(changed.getName()) ? value : value(made, components[i]);
        }
        try {
            Constructor<?> constructor = made.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return Optional.of((Record) constructor.newInstance(arguments));
        } catch (java.lang.reflect.InvocationTargetException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("loss: " + made.getClass() + " can't be made from its components", e);
        }
    }
}
