package org.hashgrad.hashing.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hashgrad.hashing.method.HashingMethod;
import org.jspecify.annotations.Nullable;

/**
 * A grid of runs: configurations × values of keys × seeds. A file that has none of these keys is one configuration.
 *
 * <pre>
 *   methods: FOLDER          FOLDER/NAME.yaml of every method of this library, and
 *   configs: [FILE, …]       these; relative to the file
 *   baselines: [NAME, …]     {@link Baselines.Kind}
 *   grid: {KEY: [V, …], …}   every combination; the first key varies slowest
 *   each: {KEY: [V, …], …}   with each combination, one key at a time, the others as they are
 *   seeds: [N, …]
 *   set: {KEY: V, …}         keys of every configuration
 * </pre>
 *
 * @param cells in the order in which they are to be run: by combination, then configuration, then seed
 */
public record Sweep(List<Cell> cells) {
    private static final List<String> KEYS = List.of("methods", "configs", "baselines", "grid", "each", "seeds", "set");
    private static final String SEED = "seed";

    /**
     * One run.
     *
     * @param label the configuration file's name without its ending, or the baseline's
     * @param settings the grid's keys and {@code seed} with their values, in the grid's order
     * @param baseline what is run instead of the configuration's method, which then only says data, bits and seed
     */
    public record Cell(
            String label, Map<String, String> settings, RunConfig config, Optional<Baselines.Kind> baseline) {
        /** Its run folder, named by its settings: {@code dhn_bits=48_seed=0}. */
        public String folder() {
            StringBuilder name = new StringBuilder(label);
            settings.forEach(
                    (key, value) -> name.append('_').append(key).append('=').append(value));
            return name.toString().replaceAll("[^A-Za-z0-9.,=+_-]", "~");
        }

        /** The settings without the seed: cells that differ in it only are repetitions of one row. */
        public Map<String, String> row() {
            Map<String, String> row = new LinkedHashMap<>(settings);
            row.remove(SEED);
            return row;
        }
    }

    /** @throws ConfigException when two cells have the same folder */
    public Sweep {
        cells = List.copyOf(cells);
        Set<String> folders = new LinkedHashSet<>();
        for (Cell cell : cells) {
            if (!folders.add(cell.folder())) {
                throw new ConfigException("sweep: two cells have the run folder " + cell.folder()
                        + "; need different names of configurations and different values");
            }
        }
    }

    /**
     * A sweep from its file, or from a configuration.
     *
     * @param grid {@code KEY=V1,V2,…}, beside the file's; the same key replaces the file's values
     * @param seeds in place of the file's; null: the file's, or 0
     * @param overrides {@code key=value} of every configuration, after the file's {@code set}
     * @throws ConfigException for whatever is wrong with a file, a key or a value
     */
    public static Sweep read(Path file, List<String> grid, @Nullable List<Long> seeds, List<String> overrides) {
        Map<?, ?> spec = ConfigText.read(file.toString(), text(file));
        boolean isSpec = spec.keySet().stream().anyMatch(key -> KEYS.contains(String.valueOf(key)));
        if (isSpec) {
            for (Object key : spec.keySet()) {
                if (!KEYS.contains(String.valueOf(key))) {
                    throw new ConfigException("sweep: " + file + ": " + UnknownKey.advice(String.valueOf(key), KEYS));
                }
            }
        } else {
            spec = Map.of("configs", List.of(String.valueOf(file.getFileName())));
        }
        Map<String, List<String>> axes = axes(file, spec, grid);
        List<String> chosen = seeds != null
                ? seeds.stream().map(String::valueOf).toList()
                : spec.containsKey("seeds") ? list(file, "seeds", spec.get("seeds")) : List.of();
        List<String> common = new ArrayList<>(set(file, spec.get("set")));
        common.addAll(overrides);
        if (common.stream().anyMatch(override -> override.startsWith(SEED + "="))) {
            throw new ConfigException("sweep: " + file + ": seed is set for all runs; give --seeds or seeds");
        }
        List<Path> configs = configs(file, spec);
        return new Sweep(cells(
                configs,
                spec.containsKey("baselines") ? list(file, "baselines", spec.get("baselines")) : List.of(),
                oneAtATime(combinations(axes), axes("each", file, spec)),
                chosen.isEmpty() ? ownSeeds(configs) : chosen,
                common));
    }

    /** The seeds of the configurations themselves, which a sweep without seeds runs with; 0 without a configuration. */
    private static List<String> ownSeeds(List<Path> configs) {
        List<String> seeds = configs.stream()
                .map(config -> String.valueOf(RunConfig.read(config, List.of()).seed()))
                .distinct()
                .toList();
        if (seeds.size() > 1) {
            throw new ConfigException("sweep: the configurations have seeds " + seeds + "; give --seeds or seeds");
        }
        return seeds.isEmpty() ? List.of("0") : seeds;
    }

    /** What baselines are measured on: the data of the configurations beside them, and a method of as many media. */
    private static List<String> dataOf(List<Path> configs, List<String> common) {
        List<RunConfig> beside =
                configs.stream().map(config -> RunConfig.read(config, common)).toList();
        List<String> settings = new ArrayList<>();
        for (String key : Baselines.DATA_KEYS) {
            List<String> values = beside.stream()
                    .flatMap(config -> Stream.ofNullable(config.flat().get(key)))
                    .map(String::valueOf)
                    .distinct()
                    .toList();
            if (values.size() > 1) {
                throw new ConfigException("sweep: the configurations have " + key + " " + values
                        + ", so baselines have none in common; give -o " + key + "=… or set: {" + key + ": …}");
            }
            values.forEach(value -> settings.add(key + "=" + value));
        }
        return settings;
    }

    /** Whose keys a baseline's configuration has. */
    private static Map<String, String> methodOf(List<Path> configs, List<String> common) {
        return configs.isEmpty()
                ? Map.of()
                : Map.of(
                        "method",
                        RunConfig.read(configs.get(0), common).method().name());
    }

    private static List<Cell> cells(
            List<Path> configs,
            List<String> baselines,
            List<Map<String, String>> combinations,
            List<String> seeds,
            List<String> common) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        List<String> data = baselines.isEmpty() ? List.of() : dataOf(configs, common);
        Map<String, String> method = baselines.isEmpty() ? Map.of() : methodOf(configs, common);
        for (Map<String, String> combination : combinations) {
            for (String name : baselines) {
                Baselines.Kind kind = Baselines.Kind.of(name);
                for (String seed : seeds) {
                    Map<String, String> settings = new LinkedHashMap<>(combination);
                    settings.put(SEED, seed);
                    settings.keySet().retainAll(kind.keys());
                    List<String> overrides = new ArrayList<>(data);
                    overrides.addAll(common);
                    settings.forEach((key, value) -> overrides.add(key + "=" + value));
                    overrides.removeIf(override ->
                            !Baselines.KEYS.contains(override.substring(0, Math.max(0, override.indexOf('=')))));
                    Cell cell = new Cell(name, settings, RunConfig.of(method, overrides), Optional.of(kind));
                    cells.putIfAbsent(cell.folder(), cell);
                }
            }
            for (Path config : configs) {
                for (String seed : seeds) {
                    Map<String, String> settings = new LinkedHashMap<>(combination);
                    settings.put(SEED, seed);
                    List<String> overrides = new ArrayList<>(common);
                    settings.forEach((key, value) -> overrides.add(key + "=" + value));
                    Cell cell = new Cell(label(config), settings, RunConfig.read(config, overrides), Optional.empty());
                    if (cells.putIfAbsent(cell.folder(), cell) != null) {
                        throw new ConfigException("sweep: two cells have the run folder " + cell.folder()
                                + "; need different names of configurations and different values");
                    }
                }
            }
        }
        return List.copyOf(cells.values());
    }

    private static String label(Path config) {
        return String.valueOf(config.getFileName()).replaceFirst("\\.ya?ml$", "");
    }

    private static List<Path> configs(Path file, Map<?, ?> spec) {
        Set<Path> configs = new LinkedHashSet<>();
        if (spec.containsKey("methods")) {
            Path folder = file.resolveSibling(String.valueOf(spec.get("methods")));
            for (HashingMethod method : HashingMethod.shipped()) {
                configs.add(folder.resolve(method.name() + ".yaml").normalize());
            }
        }
        if (spec.containsKey("configs")) {
            for (String config : list(file, "configs", spec.get("configs"))) {
                configs.add(file.resolveSibling(config).normalize());
            }
        }
        return List.copyOf(configs);
    }

    private static Map<String, List<String>> axes(String name, Path file, Map<?, ?> spec) {
        Map<String, List<String>> axes = new LinkedHashMap<>();
        if (spec.containsKey(name)) {
            if (!(spec.get(name) instanceof Map<?, ?> given)) {
                throw new ConfigException(
                        "sweep: " + file + ": " + name + ": expected KEY: [V, …], found '" + spec.get(name) + "'");
            }
            given.forEach((key, values) -> axes.put(String.valueOf(key), list(file, name + "." + key, values)));
        }
        return withoutSeed(name, axes);
    }

    private static Map<String, List<String>> axes(Path file, Map<?, ?> spec, List<String> grid) {
        Map<String, List<String>> axes = axes("grid", file, spec);
        for (String axis : grid) {
            int equals = axis.indexOf('=');
            if (equals < 1 || equals == axis.length() - 1) {
                throw new ConfigException("sweep: -g: expected KEY=V1,V2,…, found '" + axis + "'");
            }
            axes.put(
                    axis.substring(0, equals),
                    Arrays.asList(axis.substring(equals + 1).split(",", -1)));
        }
        return withoutSeed("grid", axes);
    }

    private static Map<String, List<String>> withoutSeed(String name, Map<String, List<String>> axes) {
        if (axes.containsKey(SEED)) {
            throw new ConfigException(
                    "sweep: seed is no key of the " + name + "; give seeds, over which figures are averaged");
        }
        return axes;
    }

    private static List<Map<String, String>> combinations(Map<String, List<String>> axes) {
        List<Map<String, String>> all = List.of(Map.of());
        for (Map.Entry<String, List<String>> axis : axes.entrySet()) {
            all = all.stream()
                    .flatMap(before -> axis.getValue().stream().map(value -> {
                        Map<String, String> with = new LinkedHashMap<>(before);
                        with.put(axis.getKey(), value);
                        return with;
                    }))
                    .toList();
        }
        return all;
    }

    /** Every combination with every value of each key alone; the combinations themselves where there is no key. */
    private static List<Map<String, String>> oneAtATime(
            List<Map<String, String>> combinations, Map<String, List<String>> each) {
        if (each.isEmpty()) {
            return combinations;
        }
        List<Map<String, String>> all = new ArrayList<>();
        for (Map<String, String> combination : combinations) {
            each.forEach((key, values) -> values.forEach(value -> {
                Map<String, String> with = new LinkedHashMap<>(combination);
                with.put(key, value);
                all.add(with);
            }));
        }
        return all;
    }

    private static List<String> set(Path file, @Nullable Object set) {
        if (set == null) {
            return List.of();
        }
        if (!(set instanceof Map<?, ?> nested)) {
            throw new ConfigException("sweep: " + file + ": set: expected KEY: V, found '" + set + "'");
        }
        Map<String, @Nullable Object> flat = new LinkedHashMap<>();
        RunConfig.flatten("", nested, flat);
        return flat.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.toList());
    }

    private static List<String> list(Path file, String key, @Nullable Object value) {
        if (!(value instanceof List<?> values) || values.isEmpty()) {
            throw new ConfigException(
                    "sweep: " + file + ": " + key + ": expected a list [V, …], found '" + value + "'");
        }
        return values.stream().map(v -> String.valueOf(v)).toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new ConfigException("config: " + file + ": no such file", e);
        } catch (IOException e) {
            throw new ConfigException("config: " + file + ": can't be read: " + e, e);
        }
    }

    /** The cells on what {@code change} makes of each one's {@code data}; settings and run folders stay. */
    public Sweep withData(UnaryOperator<String> change) {
        return new Sweep(cells.stream()
                .map(cell -> new Cell(
                        cell.label(),
                        cell.settings(),
                        cell.config().withData(change.apply(cell.config().data())),
                        cell.baseline()))
                .toList());
    }

    /**
     * The cells for which every {@code KEY=VALUE} holds; {@code method} stands for the label, and a key that a cell lacks holds.
     *
     * @throws ConfigException for a filter that no cell passes
     */
    public Sweep only(List<String> filters) {
        List<Cell> left = new ArrayList<>(cells);
        for (String filter : filters) {
            int equals = filter.indexOf('=');
            String key = filter.substring(0, Math.max(0, equals));
            String value = filter.substring(equals + 1);
            left.removeIf(cell ->
                    !(key.equals("method") ? cell.label() : cell.settings().getOrDefault(key, value)).equals(value));
            if (left.isEmpty()
                    || (!key.equals("method")
                            && left.stream().noneMatch(c -> c.settings().containsKey(key)))) {
                throw new ConfigException(String.format(
                        Locale.ROOT,
                        "sweep: --only: no cell has %s; methods: %s; keys: %s",
                        filter,
                        cells.stream().map(Cell::label).distinct().collect(Collectors.joining(", ")),
                        cells.stream()
                                .flatMap(c -> c.settings().keySet().stream())
                                .distinct()
                                .collect(Collectors.joining(", "))));
            }
        }
        return new Sweep(left);
    }
}
