package org.hashgrad.bench;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A benchmark with one choice of parameters, prepared and called as JMH does it but from anywhere. Written {@code Matmul
 * implementation=opencl size=64x64x64}: the class without {@code Benchmark}, with {@code .method} behind it where the class has several;
 * parameters that are not named take their first value.
 */
final class Case implements AutoCloseable {
    private static final String SUFFIX = "Benchmark";

    private final Method method;
    private final Object benchmark;
    private final List<Object> states = new ArrayList<>();

    /** @throws IllegalArgumentException naming what there is when benchmark, method or parameter do not exist */
    Case(String text) {
        method = method(text);
        Map<String, String> given = given(text);
        benchmark = configured(method.getDeclaringClass(), given);
        for (Class<?> state : method.getParameterTypes()) {
            states.add(configured(state, given));
        }
        requireUsed(text, given);
        all(Setup.class);
    }

    /** Every parameter of a case, those that are not named with their first value. */
    static Map<String, String> parameters(String text) {
        Map<String, String> given = given(text);
        Map<String, String> all = new TreeMap<>();
        for (Field field : fields(method(text))) {
            String value = given.remove(field.getName());
            all.put(
                    field.getName(),
                    value == null ? field.getAnnotation(Param.class).value()[0] : value);
        }
        requireUsed(text, given);
        return all;
    }

    /** A case without its implementation: parameters in order of their names, without those that have but one value and have it. */
    static String canonical(String text) {
        Map<String, String> all = parameters(text);
        StringBuilder canonical = new StringBuilder(text.strip().split("\\s+", 2)[0]);
        for (Field field : fields(method(text))) {
            String[] values = field.getAnnotation(Param.class).value();
            if (values.length == 1 && values[0].equals(all.get(field.getName()))) {
                all.remove(field.getName());
            }
        }
        all.remove("implementation");
        all.forEach(
                (key, value) -> canonical.append(' ').append(key).append('=').append(value));
        return canonical.toString();
    }

    /** The same of a benchmark class, its method and parameters. */
    static String canonical(String type, String method, Map<String, String> parameters) {
        String simple = type.substring(type.lastIndexOf('.') + 1);
        String name = simple.substring(0, simple.length() - SUFFIX.length());
        StringBuilder text = new StringBuilder(name);
        if (benchmarks(type(name, simple)).size() > 1) {
            text.append('.').append(method);
        }
        parameters.forEach(
                (key, value) -> text.append(' ').append(key).append('=').append(value));
        return canonical(text.toString());
    }

    private static Map<String, String> given(String text) {
        Map<String, String> given = new LinkedHashMap<>();
        List<String> words = Arrays.asList(text.strip().split("\\s+", -1));
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("case: need key=value, got '" + word + "' in '" + text + "'");
            }
            given.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return given;
    }

    private static void requireUsed(String text, Map<String, String> left) {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "case: no parameter " + String.join(", ", left.keySet()) + " in '" + text + "'");
        }
    }

    private static Class<?> type(String name, String text) {
        try {
            return Class.forName(Case.class.getPackageName() + "." + name + SUFFIX);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("case: there is no benchmark '" + name + "' in '" + text + "'", e);
        }
    }

    private static List<Method> benchmarks(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(m -> m.isAnnotationPresent(Benchmark.class))
                .toList();
    }

    private static Method method(String text) {
        String name = text.strip().split("\\s+", 2)[0];
        int dot = name.indexOf('.');
        String simple = dot < 0 ? name : name.substring(0, dot);
        List<Method> found = benchmarks(type(simple, text)).stream()
                .filter(m -> dot < 0 || m.getName().equals(name.substring(dot + 1)))
                .toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("case: '" + text + "' names " + found.size() + " benchmarks; need 1");
        }
        return found.get(0);
    }

    private static List<Field> fields(Method method) {
        List<Field> fields = new ArrayList<>(List.of(method.getDeclaringClass().getFields()));
        for (Class<?> state : method.getParameterTypes()) {
            fields.addAll(List.of(state.getFields()));
        }
        return fields.stream().filter(f -> f.isAnnotationPresent(Param.class)).toList();
    }

    /** A new instance whose parameters are set; those used are taken out of {@code parameters}. */
    private static Object configured(Class<?> type, Map<String, String> parameters) {
        try {
            Object made = type.getConstructor().newInstance();
            for (Field field : type.getFields()) {
                Param param = field.getAnnotation(Param.class);
                if (param != null) {
                    String given = parameters.remove(field.getName());
                    String value = given == null ? param.value()[0] : given;
                    field.set(made, field.getType() == int.class ? (Object) Integer.valueOf(value) : value);
                }
            }
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("case: can't make " + type, e);
        }
    }

    /** What JMH times. */
    Object call() {
        return invoke(method, benchmark, states.toArray());
    }

    private void all(Class<? extends Annotation> kind) {
        List<Object> holders = new ArrayList<>(List.of(benchmark));
        holders.addAll(states);
        for (Object holder : holders) {
            for (Method candidate : holder.getClass().getMethods()) {
                if (candidate.isAnnotationPresent(kind)) {
                    invoke(candidate, holder);
                }
            }
        }
    }

    private static Object invoke(Method method, Object on, Object... arguments) {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException("case: " + method, e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("case: " + method, e);
        }
    }

    @Override
    public void close() {
        all(TearDown.class);
    }
}
