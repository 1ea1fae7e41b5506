package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.hashgrad.cli.Main;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.data.TermWeighting;
import org.hashgrad.hashing.loss.DtshLoss;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.PairwiseSquared;
import org.hashgrad.hashing.method.CrossModalMethod;
import org.hashgrad.hashing.method.HashingMethod;
import org.hashgrad.hashing.method.Method;
import org.hashgrad.hashing.metric.Convention;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.protocol.Baselines;
import org.hashgrad.hashing.protocol.ConfigException;
import org.hashgrad.hashing.protocol.LinearPairCodes;
import org.hashgrad.hashing.protocol.Protocol;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.hashing.protocol.Sweep;
import org.hashgrad.hashing.step.ScmSteps;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/protocols.md} against the code: data sets, counts, digests, figures, files. */
class ProtocolsTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern SPLITS = Pattern.compile("public static ((Paired)?Split|Dataset) ");

    @Test
    void everyDataSetClassHasARowAndEveryRowAClass() throws IOException {
        Set<String> documented = new TreeSet<>();
        for (List<String> row : table("| data | `data:` | class |")) {
            documented.addAll(quoted(row.get(2)));
        }
        Path data = ROOT.resolve("hashing/src/main/java/org/hashgrad/hashing/data");
        Set<String> classes = new TreeSet<>();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (SPLITS.matcher(Files.readString(file)).find()) {
                    classes.add(String.valueOf(file.getFileName()).replace(".java", ""));
                }
            }
        }
        assertEquals(classes, documented);
    }

    @Test
    void countsAndDigestsOfTheEmbeddedSplitAreThoseOfItsFiles() throws IOException, NoSuchAlgorithmException {
        Split split = FashionMnist.embedded();
        Map<String, SampleSet> parts = Map.of(
                "query", split.query(),
                "training", split.training(),
                "held-out", split.database(FashionMnist.HELD_OUT));
        List<List<String>> rows = table("| part | rule | images |");
        assertEquals(
                parts.keySet(), rows.stream().map(r -> quoted(r.get(0)).get(0)).collect(Collectors.toSet()));
        for (List<String> row : rows) {
            String part = quoted(row.get(0)).get(0);
            assertEquals(
                    Integer.parseInt(row.get(2)),
                    Objects.requireNonNull(parts.get(part)).count(),
                    part);
            assertTrue(
                    digest(part + "-images-idx3-ubyte.gz")
                            .startsWith(quoted(row.get(3)).get(0)),
                    part);
            assertTrue(
                    digest(part + "-labels-idx1-ubyte.gz")
                            .startsWith(quoted(row.get(4)).get(0)),
                    part);
        }
    }

    @Test
    void figuresOfOpenClipartAreThoseOfItsManifestAndTexts() throws IOException {
        OpenClipart.Manifest manifest = OpenClipart.manifest();
        List<List<String>> parts = table("| drawings | rule | number |");
        Map<String, Integer> counts = new TreeMap<>();
        for (List<String> row : parts) {
            String part = quoted(row.get(0)).get(0);
            counts.put(part, Integer.parseInt(row.get(2)));
            assertTrue(Objects.requireNonNull(manifest.sha256().get(part + "-images"))
                    .startsWith(quoted(row.get(3)).get(0)));
            assertTrue(Objects.requireNonNull(manifest.sha256().get(part + "-items"))
                    .startsWith(quoted(row.get(4)).get(0)));
        }
        assertEquals(new TreeMap<>(manifest.items()), counts);
        Map<String, Integer> source = new TreeMap<>();
        table("| of the collection | number |").forEach(row -> source.put(row.get(0), Integer.parseInt(row.get(1))));
        assertEquals(new TreeMap<>(manifest.source()), source);
        for (List<String> row : table("| texts | words | vocabulary |")) {
            OpenClipart.Form form = OpenClipart.Form.valueOf(row.get(0).toUpperCase(Locale.ROOT));
            Split texts = OpenClipart.embedded(new OpenClipart.Texts(form, 4, TermWeighting.BINARY))
                    .texts();
            assertEquals(texts.training().sample().size(), Integer.parseInt(row.get(2)));
            assertEquals(withoutWords(texts), Integer.parseInt(row.get(3)));
        }
    }

    @Test
    void baselinesOfOpenClipartHaveTheirFigures() throws IOException {
        PairedSplit pairs = OpenClipart.embedded();
        ScmSteps steps = new ScmSteps(1e-6, 1e-6);
        double random = Baselines.randomCodes(
                        pairs.images().query(), pairs.texts().database(), 32, 0, 2)
                .meanAveragePrecision();
        Map<String, List<Double>> figures = Map.of(
                "random", List.of(random, random),
                "linear", acrossMedia(pairs, LinearPairCodes.of(pairs, 32, 0)),
                "SCM", acrossMedia(pairs, LinearPairCodes.scm(pairs, 32, false, steps)),
                "SCM, orthogonal", acrossMedia(pairs, LinearPairCodes.scm(pairs, 32, true, steps)));
        List<List<String>> rows = table("| codes of 32 bits | image → text |");
        assertEquals(figures.keySet(), rows.stream().map(row -> row.get(0)).collect(Collectors.toSet()));
        for (List<String> row : rows) {
            List<Double> found = Objects.requireNonNull(figures.get(row.get(0)));
            assertEquals(Double.parseDouble(row.get(1)), found.get(0), 5e-4, row.get(0));
            assertEquals(Double.parseDouble(row.get(2)), found.get(1), 5e-4, row.get(0));
        }
    }

    /** mAP of images among texts and of texts among images. */
    private static List<Double> acrossMedia(PairedSplit pairs, LinearPairCodes codes) {
        SampleSet images = pairs.images().query();
        SampleSet texts = pairs.texts().query();
        SampleSet imageBase = pairs.images().database();
        SampleSet textBase = pairs.texts().database();
        RetrievalMetrics metrics = RetrievalMetrics.standard(2);
        return List.of(
                metrics.evaluate(
                                codes.imageCodes(images), images.labels(), codes.textCodes(textBase), textBase.labels())
                        .meanAveragePrecision(),
                metrics.evaluate(
                                codes.textCodes(texts), texts.labels(), codes.imageCodes(imageBase), imageBase.labels())
                        .meanAveragePrecision());
    }

    /** Texts without a word of the vocabulary. */
    private static int withoutWords(Split texts) {
        int without = 0;
        for (SampleSet part : List.of(texts.query(), texts.training())) {
            float[] rows = part.raw();
            int d = part.sample().size();
            for (int i = 0; i < part.count(); i++) {
                int from = i * d;
                without += IntStream.range(from, from + d).allMatch(at -> rows[at] == 0) ? 1 : 0;
            }
        }
        return without;
    }

    @Test
    void keysAndFilesOfARunAreTheDocumentedOnes(@TempDir Path folder) throws IOException {
        Path run = folder.resolve("run");
        StringWriter said = new StringWriter();
        PrintWriter both = new PrintWriter(said);
        String config = ROOT.resolve("configs/dhn.yaml").toString();
        int code = Main.run(
                both,
                both,
                "train",
                config,
                "-o",
                "data=embedded:1",
                "-o",
                "train.epochs=1",
                "-o",
                "train.batch=5",
                "--backend",
                "cpu",
                "--run",
                run.toString());
        assertEquals(0, code, said::toString);

        Set<String> keys = new TreeSet<>(firstQuoted("| key | meaning |"));
        Set<String> stored = new TreeSet<>();
        new ObjectMapper()
                .readTree(run.resolve("metrics.json").toFile())
                .fieldNames()
                .forEachRemaining(stored::add);
        stored.add("mAP_full");
        stored.add("mAP_at_N");
        stored.add("mAP_protocol");
        stored.add("graded");
        stored.add("seconds_pretrain");
        assertEquals(stored, keys);

        Set<String> documented = new TreeSet<>(firstQuoted("| file | content |"));
        try (Stream<Path> files = Files.list(run)) {
            assertEquals(
                    files.map(f -> String.valueOf(f.getFileName())).collect(Collectors.toCollection(TreeSet::new)),
                    documented);
        }
    }

    @Test
    void namedProtocolsAndConventionsAreTheDocumentedOnes() throws IOException {
        List<List<String>> expected = Protocol.all().stream()
                .map(protocol -> List.of(
                        "`" + protocol.name() + "`",
                        count(protocol.counts().query()),
                        count(protocol.counts().training()),
                        count(protocol.counts().database()),
                        protocol.cut()
                                .map(cut -> cut.topN() + ", " + cut.meaning().key())
                                .orElse("all"),
                        "`" + protocol.dataKey() + "`"))
                .toList();
        assertEquals(
                expected,
                table("| protocol | queries | training |").stream()
                        .map(row -> row.subList(0, 6))
                        .toList());
        assertEquals(
                Convention.all().stream().map(Convention::name).toList(),
                List.copyOf(firstQuoted("| convention | code |")));
    }

    private static String count(int number) {
        return number == 0 ? "any" : String.valueOf(number);
    }

    @Test
    void keysAndDefaultsOfEveryConfigurationAreTheDocumentedOnes() throws IOException {
        HashingMethod any = HashingMethod.shipped().get(0);
        Map<String, Object> resolved = resolved(any, List.of());
        resolved.keySet().removeAll(RunConfig.keysOf(any).keySet());
        List<List<String>> rows = table("| config key | values |");
        assertEquals(resolved.keySet(), keysIn(rows));
        requireDefaults(any, rows);
    }

    private static String taking(Loss loss) {
        return HashingMethod.shipped().stream()
                .filter(method -> {
                    try {
                        return !method.withLoss(loss).name().isEmpty();
                    } catch (IllegalArgumentException e) {
                        return false;
                    }
                })
                .map(method -> "`" + method.name() + "`")
                .collect(Collectors.joining(", "));
    }

    @Test
    void anotherObjectiveIsDocumentedWithItsKeysAndTheMethodsThatTakeOne() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/protocols.md")).replaceAll("\\s+", " ");
        assertTrue(page.contains(taking(PairwiseSquared.sum()) + " take another objective, `dtsh` one of triplets"));
        assertTrue(taking(DtshLoss.mean(0.1)).contains("`dtsh`"));
        RunConfig named = RunConfig.parse("x.yaml", "loss: DpshLoss", List.of());
        RunConfig sum = RunConfig.parse("x.yaml", "loss: {dhn.pairwise: 1, dhn.quantization: 0.1}", List.of());
        assertTrue(page.contains("`loss.source`") && named.toYaml().contains("source: DpshLoss"), named::toYaml);
        assertTrue(page.contains("`loss.dhn.pairwise`") && sum.toYaml().contains("pairwise: 1.0"), sum::toYaml);
    }

    @Test
    void keysAndDefaultsOfTwoMediaAreTheDocumentedOnes() throws IOException {
        CrossModalMethod any = CrossModalMethod.shipped().get(0);
        Map<String, Object> resolved = resolved(any, List.of());
        resolved.keySet().removeAll(RunConfig.keysOf(any).keySet());
        List<List<String>> rows = table("| config key of two media | values |");
        assertEquals(resolved.keySet(), keysIn(rows));
        requireDefaults(any, rows);
        requireWords(any, rows);
    }

    @TestFactory
    Stream<DynamicTest> keysAndDefaultsOfEachMethodAreTheDocumentedOnes() {
        return Method.shipped().stream()
                .map(method -> DynamicTest.dynamicTest(method.name(), () -> {
                    List<List<String>> rows = tableOf(method);
                    Set<String> keys = new TreeSet<>(RunConfig.keysOf(method).keySet());
                    for (String section : sectionsIn(rows)) {
                        assertTrue(keys.removeIf(key -> key.startsWith(section)), section);
                        keys.add(section + "*");
                    }
                    assertEquals(keys, keysIn(rows));
                    requireDefaults(method, rows);
                    requireWords(method, rows);
                }));
    }

    /** Sections of which one row stands for all keys, as {@code image.optimizer.*} does. */
    private static List<String> sectionsIn(List<List<String>> rows) {
        return keysIn(rows).stream()
                .filter(key -> key.endsWith(".*"))
                .map(key -> key.substring(0, key.length() - 1))
                .toList();
    }

    @Test
    void everyDocumentedWordOfAConfigurationIsAllowed() throws IOException {
        requireWords(HashingMethod.shipped().get(0), table("| config key | values |"));
        List<String> methods = Method.shipped().stream().map(Method::name).toList();
        assertEquals(methods, quoted(table("| config key | values |").get(0).get(1)));
    }

    /** The table below {@code ### Keys of `NAME`}. */
    private static List<List<String>> tableOf(Method method) throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("docs/protocols.md"));
        int heading = lines.indexOf("### Keys of `" + method.name() + "`");
        assertTrue(
                heading >= 0,
                () -> "docs/protocols.md has no section '### Keys of `" + method.name() + "`'; its keys: "
                        + RunConfig.keysOf(method).keySet());
        return rowsBelow(lines.subList(heading, lines.size()), "| key of the method | values |");
    }

    private static Set<String> keysIn(List<List<String>> rows) {
        return rows.stream().map(row -> quoted(row.get(0)).get(0)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Object> resolved(Method method, List<String> overrides) {
        Map<String, Object> flat = new TreeMap<>();
        flatten("", RunConfig.of(Map.of("method", method.name()), overrides).toMap(), flat);
        return flat;
    }

    private static void requireDefaults(Method method, List<List<String>> rows) {
        Map<String, Object> resolved = resolved(method, List.of());
        for (List<String> row : rows) {
            String key = quoted(row.get(0)).get(0);
            for (String each : quoted(row.get(2))) {
                String written = key.endsWith(".*") ? key.replace("*", each) : key + "=" + each;
                Map<String, Object> read = resolved(method, key.equals("method") ? List.of() : List.of(written));
                assertEquals(resolved, read, written);
            }
        }
    }

    private static void requireWords(Method method, List<List<String>> rows) {
        for (List<String> row : rows) {
            String key = quoted(row.get(0)).get(0);
            if (row.get(1).startsWith("`")) {
                for (String word : quoted(row.get(1))) {
                    String value = word.replace(":N", ":7").replace(":FOLDER", ":/some/folder");
                    Map<String, ?> base = key.equals("method") ? Map.of() : Map.of("method", method.name());
                    String beside = key.endsWith("optimizer.schedule")
                            ? key.replace("schedule", "finalRate") + "=0.001"
                            : key.equals("anchor") ? "adversary.weight=0" : key + "=" + value;
                    RunConfig.of(base, List.of(beside, key + "=" + value));
                }
            }
        }
    }

    @Test
    void everyExperimentHasARowAndCanBeRead() throws IOException {
        Set<String> files = new TreeSet<>();
        try (Stream<Path> listed = Files.list(ROOT.resolve("experiments"))) {
            for (Path file : listed.toList()) {
                files.add("experiments/" + file.getFileName());
                assertTrue(Sweep.read(file, List.of(), null, List.of()).cells().size() > 1, file::toString);
            }
        }
        assertEquals(files, new TreeSet<>(firstQuoted("| experiment | what it compares |")));
    }

    @Test
    void comparisonOfMethodsHasEveryMethodAndItsCellsOf48BitsFirst() {
        List<Sweep.Cell> cells = Sweep.read(ROOT.resolve("experiments/image-methods.yaml"), List.of(), null, List.of())
                .cells();
        List<String> methods =
                HashingMethod.shipped().stream().map(HashingMethod::name).toList();
        for (String method : methods) {
            List<Sweep.Cell> own =
                    cells.stream().filter(cell -> cell.label().equals(method)).toList();
            assertEquals(6 * 3, own.size(), method);
            assertTrue(
                    own.stream().allMatch(cell -> cell.config().method().name().equals(method)), method);
            assertTrue(own.subList(0, 3).stream().allMatch(cell -> cell.config().bits() == 48), method);
        }
        int at48 = 3 * methods.size() + 3 + 1 + 1;
        assertTrue(cells.subList(0, at48).stream()
                .allMatch(cell -> cell.settings().getOrDefault("bits", "48").equals("48")));
        assertEquals(at48 + 5 * (3 * methods.size() + 3 + 1), cells.size());
    }

    @Test
    void documentedSweepKeysAreThoseThatAreRead(@TempDir Path folder) throws IOException {
        Path spec = Files.writeString(folder.resolve("s.yaml"), "configs: [a.yaml]\nzzzzzz: 1\n");
        String refusal =
                String.valueOf(assertThrows(ConfigException.class, () -> Sweep.read(spec, List.of(), null, List.of()))
                        .getMessage());
        assertEquals(
                "the keys: " + String.join(", ", firstQuoted("| sweep key | values |")),
                refusal.substring(refusal.indexOf("the keys: ")));
    }

    @Test
    void ablationsOfDhnRunAsTheyStand(@TempDir Path folder) throws IOException {
        StringWriter said = new StringWriter();
        PrintWriter both = new PrintWriter(said);
        String spec = ROOT.resolve("experiments/dhn-ablations.yaml").toString();
        List<String> slice = List.of("data=embedded:2", "train.epochs=1", "train.batch=4");
        List<String> line = new ArrayList<>(List.of("sweep", spec, "-g", "bits=8", "--seeds", "0", "--backend", "cpu"));
        slice.forEach(override -> line.addAll(List.of("-o", override)));
        line.addAll(List.of("--runs", folder.toString()));
        assertEquals(0, Main.run(both, both, line.toArray(String[]::new)), said::toString);
        Map<String, Double> figures = new TreeMap<>();
        for (String name : List.of("dhn", "dhn-minus", "dhn-b", "dhn-e")) {
            figures.put(
                    name,
                    new ObjectMapper()
                            .readTree(folder.resolve(name + "_bits=8_seed=0")
                                    .resolve("metrics.json")
                                    .toFile())
                            .required("mAP")
                            .doubleValue());
        }
        assertEquals(4, new TreeSet<>(figures.values()).size(), () -> "each is another run: " + figures);
        assertTrue(Files.exists(folder.resolve("dhn-b_bits=8_seed=0").resolve("query-outputs.npy")));
    }

    @Test
    void validationSplitIsTheDocumentedPartOfTheTrainingImages() throws IOException {
        Split split = FashionMnist.validation();
        String page = Files.readString(ROOT.resolve("docs/protocols.md")).replaceAll("\\s+", " ");
        assertTrue(
                page.contains("of each class, the last 100 are the queries ("
                        + split.query().count()
                        + "), the 400 before them are training set and only database ("
                        + split.training().count() + ")"),
                page);
    }

    private static void flatten(String prefix, Map<String, ?> nested, Map<String, Object> into) {
        nested.forEach((name, value) -> {
            if (value instanceof Map<?, ?> inner) {
                Map<String, Object> named = new TreeMap<>();
                inner.forEach((k, v) -> named.put(String.valueOf(k), v));
                flatten(prefix + name + ".", named, into);
            } else {
                into.put(prefix + name, value);
            }
        });
    }

    private static List<String> firstQuoted(String head) throws IOException {
        return table(head).stream().flatMap(row -> quoted(row.get(0)).stream()).toList();
    }

    /** The cells of the rows below a head that begins so. */
    private static List<List<String>> table(String head) throws IOException {
        return rowsBelow(Files.readAllLines(ROOT.resolve("docs/protocols.md")), head);
    }

    private static List<List<String>> rowsBelow(List<String> lines, String head) {
        int at = 0;
        while (!lines.get(at).startsWith(head)) {
            at++;
        }
        List<List<String>> rows = lines.subList(at + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Stream.of(line.substring(1).split("(?<!\\\\)\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
        assertTrue(rows.size() >= 1, () -> "no rows below " + head);
        return rows;
    }

    private static List<String> quoted(String cell) {
        return QUOTED.matcher(cell).results().map(r -> r.group(1)).toList();
    }

    private static String digest(String file) throws IOException, NoSuchAlgorithmException {
        try (var in = new GZIPInputStream(
                Objects.requireNonNull(FashionMnist.class.getResourceAsStream("fashion-mnist/" + file)))) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
        }
    }
}
