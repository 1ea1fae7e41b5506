package org.hashgrad.hashing.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.HashingMethod;
import org.hashgrad.hashing.method.Method;
import org.hashgrad.hashing.method.OptimizerSettings;
import org.hashgrad.hashing.method.TrainingPlan;
import org.hashgrad.nn.model.Architecture;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides a run. Keys: {@code method}, {@code bits}, {@code seed}, {@code data}, {@code network}, {@code ranking}, {@code texts.*}
 * ({@link OpenClipart.Texts}), {@code train.*} ({@link Train}), {@code optimizer.*} ({@link OptimizerSettings}), and the components of the
 * method's record, such as {@code loss.lambda} or {@code image.optimizer.rate}. A key without a meaning for the method or the data is refused, but {@code texts.*} and {@code train.augment}
 * may say their defaults to any pairs, so that a configuration can be of several data sets; one that is left out has its default. {@code loss: MyLoss.java} (or a name, or a class) or {@code loss: {dhn.pairwise:
 * 1, …}} trains the method with another objective ({@link LossChoice}).
 *
 * @param method by its name; with the loss that was chosen
 * @param loss the objective that replaces the method's own
 * @param data {@code embedded}, {@code embedded-validation}, each with {@code :N} for N images per class in every part, {@code fashion-mnist}
 *     or {@code fashion-mnist:FOLDER}, {@code vectors:FOLDER} for feature vectors in {@code .npy} files, {@code openclipart},
 *     {@code openclipart:N} for the first N pairs, {@code openclipart:FOLDER} or {@code openclipart-validation}, {@code paired:FOLDER} for the
 *     feature vectors of two media, or {@link FileData}; with {@code ?texts=FOLDER} or {@code ?images=FOLDER} behind, feature vectors are one medium of them
 * @param network of a method of one medium
 * @param texts how texts become vectors where the data bring words, for a method of two media; its form is that of OpenClipart
 */
public record RunConfig(
        Method method,
        Optional<LossChoice> loss,
        int bits,
        long seed,
        String data,
        Architecture network,
        Ranking ranking,
        OpenClipart.Texts texts,
        Train train,
        OptimizerSettings optimizer) {
    /** What the database is ranked by when a run is measured. */
    public enum Ranking {
        /** Hamming distance of the codes. */
        HAMMING,
        /** Inner product of the network's outputs, without binarisation; the measure of what the sign loses. */
        REAL
    }

    /** @throws IllegalArgumentException for bits out of range, or data that are unknown or not what the method takes */
    public RunConfig {
        requireBits(bits);
        requireMedia(method, data);
    }

    private static void requireMedia(Method method, String data) {
        DataChoice choice = DataChoice.parse(data);
        if (method instanceof CrossModalMethod && !choice.hasPairs()) {
            throw new IllegalArgumentException("data: method " + method.name() + " takes pairs: "
                    + DataChoice.formsOfPairs() + "; found '" + data + "'");
        }
        if (method instanceof HashingMethod && !choice.hasSplit()) {
            throw new IllegalArgumentException(
                    "data: method " + method.name() + " takes one medium; found '" + data + "'");
        }
    }

    /** Reads the data of a method of two media. @throws org.hashgrad.hashing.data.DataException when files are missing or broken */
    public PairedSplit pairs() {
        return DataChoice.parse(data).pairs(texts);
    }

    /**
     * The keys {@code train.*}.
     *
     * @param batch at least 2 samples
     * @param tolerance stop when an epoch changes the objective by no more than this, relatively; 0: never
     * @param pretrain epochs that the backbone is trained as a classifier before, on the training samples
     * @param warmStart whether hashing goes on from the classifier's weights; else only its features are used
     * @param augment whether images are shifted and mirrored while a network learns from them
     * @param evaluateEvery epochs after which retrieval is measured and logged; 0: only at the end
     */
    public record Train(
            int epochs,
            int batch,
            double tolerance,
            int pretrain,
            boolean warmStart,
            boolean augment,
            int evaluateEvery) {
        public Train {
            requireAtLeast("train.epochs", 1, epochs);
            requireAtLeast("train.batch", 2, batch);
            requireAtLeast("train.pretrain", 0, pretrain);
            requireAtLeast("train.evaluateEvery", 0, evaluateEvery);
            if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
                throw new IllegalArgumentException(
                        "train.tolerance: expected a finite number >= 0, found '" + tolerance + "'");
            }
        }
    }

    /** The keys that are not the method's own; of those, {@link #applies} says which a configuration has. */
    private record Common(
            int bits,
            long seed,
            String data,
            Architecture network,
            Ranking ranking,
            OpenClipart.Texts texts,
            Train train,
            OptimizerSettings optimizer) {
        Common {
            requireBits(bits);
            DataChoice.parse(data);
        }
    }

    private static final Common OF_ONE_MEDIUM = new Common(
            48,
            0,
            "embedded",
            Architecture.SMALL_CNN,
            Ranking.HAMMING,
            OpenClipart.Texts.STRICT,
            new Train(20, 64, 0, 0, true, false, 0),
            OptimizerSettings.sgd());

    private static final Common OF_PAIRS = new Common(
            32,
            0,
            "openclipart",
            Architecture.SMALL_CNN,
            Ranking.HAMMING,
            OpenClipart.Texts.STRICT,
            new Train(60, 128, 0, 0, true, true, 0),
            OptimizerSettings.sgd());

    private static Common defaults(Method method) {
        return method instanceof CrossModalMethod ? OF_PAIRS : OF_ONE_MEDIUM;
    }

    /**
     * Whether a key of {@link Common} means something: the network of one medium has its keys, pretraining included; the networks of two have
     * theirs in the method; texts and pictures have theirs where the data have them.
     */
    private static boolean applies(String key, Method method, String data) {
        boolean pairs = method instanceof CrossModalMethod;
        DataChoice choice = DataChoice.parse(data);
        return switch (key) {
            case "texts.form" -> pairs && choice.hasFormsOfTexts();
            case "train.augment" -> pairs && choice.hasImagesInMemory();
            case "texts.minDocuments", "texts.weighting" -> pairs && choice.countsWords();
            case "train.evaluateEvery" -> pairs;
            case "network", "train.pretrain", "train.warmStart" -> !pairs;
            default -> !pairs || !key.startsWith("optimizer.");
        };
    }

    private static void requireBits(int bits) {
        requireAtLeast("bits", 1, bits);
        if (bits > Codes.MAX_BITS) {
            throw new IllegalArgumentException("bits: expected <= " + Codes.MAX_BITS + ", found '" + bits + "'");
        }
    }

    private static void requireAtLeast(String key, int least, int found) {
        if (found < least) {
            throw new IllegalArgumentException(key + ": expected >= " + least + ", found '" + found + "'");
        }
    }

    /**
     * A configuration from a YAML file.
     *
     * @param overrides {@code key=value}, the last of a key counts
     * @throws ConfigException when the file can't be read or is not one YAML map without a key twice, and as {@link #of}
     */
    public static RunConfig read(Path file, List<String> overrides) {
        try {
            return parse(file.toString(), Files.readString(file), overrides);
        } catch (NoSuchFileException e) {
            throw new ConfigException("config: " + file + ": no such file", e);
        } catch (IOException e) {
            throw new ConfigException("config: " + file + ": can't be read: " + e, e);
        }
    }

    /**
     * As {@link #read}, from text.
     *
     * @param name what errors call the text
     */
    public static RunConfig parse(String name, String yaml, List<String> overrides) {
        return of(name, ConfigText.read(name, yaml), overrides);
    }

    /**
     * A configuration from nested maps, or dotted keys, or both.
     *
     * @throws ConfigException for an unknown key (names the nearest valid one), a key in both forms, a bad value or an override without
     *     {@code =}; names {@code -o} where an override is to blame
     */
    public static RunConfig of(Map<String, ?> nested, List<String> overrides) {
        return of("", nested, overrides);
    }

    private static RunConfig of(String source, Map<?, ?> nested, List<String> overrides) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        Set<String> overridden = new HashSet<>();
        try {
            flatten("", nested, values);
            for (String override : overrides) {
                int equals = override.indexOf('=');
                if (equals < 1) {
                    throw new ConfigException("config: -o: expected key=value, found '" + override + "'");
                }
                String key = override.substring(0, equals).trim();
                if (key.equals(LossChoice.SECTION)) {
                    values.keySet()
                            .removeIf(old -> old.startsWith(LossChoice.SECTION + ".") && !overridden.contains(old));
                }
                values.put(key, override.substring(equals + 1).trim());
                overridden.add(key);
            }
            return of(values);
        } catch (KeyException e) {
            String from = overridden.contains(e.key()) ? "-o" : source;
            throw new ConfigException("config: " + (from.isEmpty() ? "" : from + ": ") + e.getMessage(), e);
        }
    }

    private static RunConfig of(Map<String, @Nullable Object> values) {
        Method method = method(values.containsKey("method") ? values.get("method") : "dhn");
        Optional<LossChoice> loss = LossChoice.take(values);
        if (loss.isPresent()) {
            method = withLoss(method, loss.get());
        }
        Map<String, Object> known = new LinkedHashMap<>();
        known.put("method", method.name());
        Common defaults = defaults(method);
        RecordKeys.flatten("", defaults, known);
        RecordKeys.flatten("", (Record) method, known);
        Common common = RecordKeys.rebuild("", defaults, values);
        try {
            requireMedia(method, common.data());
        } catch (IllegalArgumentException e) {
            throw new KeyException("data", String.valueOf(e.getMessage()));
        }
        Map<String, Object> everything = new LinkedHashMap<>(known);
        String named = method.name();
        Method of = method;
        known.keySet().removeIf(key -> isCommon(key, defaults) && !applies(key, of, common.data()));
        for (String key : values.keySet()) {
            if (!known.containsKey(key) && !isDefaultOfOtherPairs(key, method, defaults, common)) {
                throw new KeyException(
                        key,
                        everything.containsKey(key)
                                ? key + ": has no meaning for method " + named + " on data " + common.data()
                                : UnknownKey.advice(key, known.keySet()));
            }
        }
        Method configured = (Method) RecordKeys.rebuild("", (Record) method, values);
        return new RunConfig(
                configured,
                loss,
                common.bits(),
                common.seed(),
                common.data(),
                common.network(),
                common.ranking(),
                common.texts(),
                common.train(),
                common.optimizer());
    }

    /** Whether a key that other pairs have says its default, and so changes nothing. */
    private static boolean isDefaultOfOtherPairs(String key, Method method, Common defaults, Common common) {
        Map<String, Object> left = new LinkedHashMap<>();
        Map<String, Object> said = new LinkedHashMap<>();
        RecordKeys.flatten("", defaults, left);
        RecordKeys.flatten("", common, said);
        return method instanceof CrossModalMethod
                && left.containsKey(key)
                && applies(key, method, defaults.data())
                && left.get(key).equals(said.get(key));
    }

    private static Method withLoss(Method method, LossChoice loss) {
        try {
            if (method instanceof HashingMethod takes) {
                return takes.withLoss(loss.loss());
            }
            throw new IllegalArgumentException("method " + method.name() + " takes only its own loss");
        } catch (IllegalArgumentException e) {
            throw new KeyException(LossChoice.SECTION, LossChoice.SECTION + ": " + e.getMessage());
        }
    }

    private static boolean isCommon(String key, Common defaults) {
        Map<String, Object> common = new LinkedHashMap<>();
        RecordKeys.flatten("", defaults, common);
        return common.containsKey(key);
    }

    private static Method method(@Nullable Object name) {
        List<Method> shipped = Method.shipped();
        return shipped.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(() -> RecordKeys.bad(
                        "method",
                        "one of "
                                + String.join(
                                        ", ", shipped.stream().map(Method::name).toList()),
                        String.valueOf(name)));
    }

    static void flatten(String prefix, Map<?, ?> nested, Map<String, @Nullable Object> into) {
        nested.forEach((name, value) -> {
            String key = prefix + name;
            if (value instanceof Map<?, ?> inner) {
                flatten(key + ".", inner, into);
            } else if (into.containsKey(key)) {
                throw new KeyException(key, "key '" + key + "' is given twice, dotted and nested");
            } else {
                into.put(key, value);
            }
        });
    }

    /** What measuring a run needs of its configuration, which may name a loss that is no longer there. */
    static RunConfig measured(Path file) {
        try {
            Map<?, ?> stored = ConfigText.read(file.toString(), Files.readString(file));
            Map<String, Object> kept = new LinkedHashMap<>();
            for (String key : List.of("bits", "ranking")) {
                if (stored.get(key) != null) {
                    kept.put(key, stored.get(key));
                }
            }
            return of(file.toString(), kept, List.of());
        } catch (IOException e) {
            throw new ConfigException("config: " + file + ": can't be read: " + e, e);
        }
    }

    /** This configuration on other data. @throws IllegalArgumentException for data that are none */
    RunConfig withData(String other) {
        return new RunConfig(method, loss, bits, seed, other, network, ranking, texts, train, optimizer);
    }

    /**
     * The dotted keys of a run's stored configuration as they are written, without making its method or loss.
     *
     * @throws ConfigException when the file can't be read
     */
    static Map<String, Object> stored(Path file) {
        try {
            return written(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new ConfigException("config: " + file + ": can't be read: " + e, e);
        }
    }

    /** As {@link #stored}, of the file that this configuration would be stored in. */
    Map<String, Object> written() {
        return written("", toYaml());
    }

    private static Map<String, Object> written(String name, String yaml) {
        Map<String, @Nullable Object> flat = new LinkedHashMap<>();
        try {
            flatten("", ConfigText.read(name, yaml), flat);
        } catch (KeyException e) {
            throw new ConfigException("config: " + name + ": " + e.getMessage(), e);
        }
        return flat;
    }

    /** The resolved configuration as nested maps, every key present; {@link #of} turns it back into an equal one. */
    public Map<String, Object> toMap() {
        Map<String, Object> nested = new LinkedHashMap<>();
        flat().forEach((key, value) -> {
            Map<String, Object> at = nested;
            String[] path = key.split("\\.", -1);
            for (int i = 0; i < path.length - 1; i++) {
                @SuppressWarnings("unchecked")
                Map<String, Object> inner =
                        (Map<String, Object>) at.computeIfAbsent(path[i], k -> new LinkedHashMap<String, Object>());
                at = inner;
            }
            at.put(path[path.length - 1], value);
        });
        return nested;
    }

    /** Every key, dotted, with its value. */
    Map<String, Object> flat() {
        Map<String, Object> flat = new LinkedHashMap<>();
        flat.put("method", method.name());
        loss.ifPresent(choice -> flat.putAll(choice.keys()));
        Common common = new Common(bits, seed, data, network, ranking, texts, train, optimizer);
        RecordKeys.flatten("", common, flat);
        flat.keySet().removeIf(key -> isCommon(key, common) && !applies(key, method, data));
        RecordKeys.flatten("", (Record) method, flat);
        return flat;
    }

    /** The keys that a method adds to those of every configuration, dotted, with their defaults. */
    public static Map<String, Object> keysOf(Method method) {
        Map<String, Object> keys = new LinkedHashMap<>();
        RecordKeys.flatten("", (Record) method, keys);
        return keys;
    }

    /** {@link #toMap} as YAML. */
    public String toYaml() {
        return ConfigText.write(toMap());
    }

    /** The part that the training loop needs. */
    public TrainingPlan plan() {
        return new TrainingPlan(seed, train.epochs(), train.batch(), optimizer.rates(), train.tolerance());
    }
}
