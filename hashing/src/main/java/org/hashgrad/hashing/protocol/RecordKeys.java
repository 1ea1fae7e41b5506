package org.hashgrad.hashing.protocol;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hashgrad.hashing.loss.Loss;
import org.jspecify.annotations.Nullable;

/**
 * Records as configuration: component c of a record at prefix p is the key {@code p.c}, records nest, enum constants are written
 * {@code like-this}. The only values are text, booleans, numbers and enums; a loss that is made of anything else has no keys.
 */
final class RecordKeys {
    private RecordKeys() {}

    /** Puts every leaf of {@code record} under its dotted key. */
    static void flatten(String prefix, Record record, Map<String, Object> into) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            String key = key(prefix, component);
            Object value = read(component, record);
            if (isOpaque(value)) {
                continue;
            }
            if (value instanceof Record nested) {
                flatten(key, nested, into);
            } else {
                into.put(key, value instanceof Enum<?> constant ? text(constant) : value);
            }
        }
    }

    /**
     * A record like {@code defaults} with the leaves that {@code values} has.
     *
     * @throws KeyException when a value is of the wrong kind or the record refuses it
     */
    static <R extends Record> R rebuild(String prefix, R defaults, Map<String, ?> values) {
        RecordComponent[] components = defaults.getClass().getRecordComponents();
        Object[] arguments = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = key(prefix, components[i]);
            Object present = read(components[i], defaults);
            types[i] = components[i].getType();
            arguments[i] = isOpaque(present)
                    ? present
                    : present instanceof Record nested
                            ? rebuild(key, nested, values)
                            : values.containsKey(key) ? parse(key, kind(present), values.get(key)) : present;
        }
        try {
            @SuppressWarnings("unchecked")
            Constructor<R> constructor = (Constructor<R>) defaults.getClass().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            Throwable refusal = e.getCause() == null ? e : e.getCause();
            throw refused(prefix, components, String.valueOf(refusal.getMessage()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("config: " + defaults.getClass() + " can't be built from keys", e);
        }
    }

    /** The class of a value, of an enum constant with a body that of its enum. */
    private static Class<?> kind(Object value) {
        return value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
    }

    /** Whether a value is a loss that is no record of configurable values, such as a weighted sum or a researcher's plain class. */
    private static boolean isOpaque(Object value) {
        return value instanceof Loss
                && (!(value instanceof Record record)
                        || Arrays.stream(record.getClass().getRecordComponents())
                                .anyMatch(RecordKeys::isNoKey));
    }

    private static boolean isNoKey(RecordComponent component) {
        Class<?> type = component.getType();
        return !type.isPrimitive() && !type.isEnum() && !type.isRecord() && type != String.class;
    }

    /** The record's own words from the component that they name first, which becomes a full key. */
    private static KeyException refused(String prefix, RecordComponent[] components, String message) {
        int first = message.length();
        String key = prefix;
        for (RecordComponent component : components) {
            Matcher named = Pattern.compile("\\b" + component.getName() + "\\b").matcher(message);
            if (named.find() && named.start() < first) {
                first = named.start();
                key = key(prefix, component);
            }
        }
        return new KeyException(
                key,
                first == message.length()
                        ? prefix + ": " + message
                        : key + message.substring(first + key.length() - (key.lastIndexOf('.') + 1)));
    }

    private static String key(String prefix, RecordComponent component) {
        return prefix.isEmpty() ? component.getName() : prefix + "." + component.getName();
    }

    static Object read(RecordComponent component, Record record) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("config: " + component + " can't be read", e);
        }
    }

    private static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Object parse(String key, Class<?> type, @Nullable Object found) {
        String text = String.valueOf(found).trim();
        try {
            if (type.isEnum()) {
                return constant(key, type, text);
            }
            if (type == Integer.class) {
                return Integer.parseInt(text);
            }
            if (type == Long.class) {
                return Long.parseLong(text);
            }
            if (type == Double.class) {
                return number(text);
            }
        } catch (NumberFormatException e) {
            throw bad(key, type == Double.class ? "a number" : "a whole number", text);
        }
        if (type == Boolean.class) {
            if (!text.equals("true") && !text.equals("false")) {
                throw bad(key, "true or false", text);
            }
            return Boolean.valueOf(text);
        }
        if (!(found instanceof String)) {
            throw bad(key, "text", text);
        }
        return text;
    }

    private static double number(String text) {
        String plain = text.toLowerCase(Locale.ROOT);
        return plain.equals("inf") || plain.equals(".inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    private static Object constant(String key, Class<?> type, String text) {
        Object[] constants = type.getEnumConstants();
        String[] names = Arrays.stream(constants).map(c -> text((Enum<?>) c)).toArray(String[]::new);
        int at = Arrays.asList(names).indexOf(text.toLowerCase(Locale.ROOT).replace('_', '-'));
        if (at < 0) {
            throw bad(key, Arrays.stream(names).collect(Collectors.joining(", ", "one of ", "")), text);
        }
        return constants[at];
    }

    static KeyException bad(String key, String expected, String found) {
        return new KeyException(key, key + ": expected " + expected + ", found '" + found + "'");
    }
}
