package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.code.CodeDetails;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EncodeCommandTest {
    @Test
    void aRunIsRebuiltAndEncodesItsSetsAsItDid(@TempDir Path folder) throws IOException {
        Path run = folder.resolve("run");
        Called.trainedBriefly(run).endsWith(0);
        for (String set : new String[] {"query", "database"}) {
            Path out = folder.resolve(set + ".codes");
            Called.with("encode", "--run", run.toString(), "--set", set, "--out", out.toString(), "--backend", "cpu")
                    .endsWith(0);
            CodeFile file = CodeFile.open(out);
            assertArrayEquals(
                    NpyFile.read(run.resolve(set + "-codes.npy")).toBytes(),
                    Codes.copyOf(file, 0, file.size()).toPackedBytes());
            assertEquals(64, file.model().length());
            assertEquals(64, file.protocol().length());
            assertEquals("10 classes", file.describeLabels());
        }
        Called.with(
                        "evaluate",
                        "--query-codes",
                        folder.resolve("query.codes").toString(),
                        "--database-codes",
                        folder.resolve("database.codes").toString(),
                        "--protocol",
                        "as-is")
                .endsWith(0)
                .saying("Protocol as-is, version 1, rule ", ", lists ");
        Path images = Files.createDirectory(folder.resolve("images"));
        ImageIO.write(
                new BufferedImage(50, 40, BufferedImage.TYPE_INT_RGB),
                "png",
                images.resolve("b.png").toFile());
        ImageIO.write(
                new BufferedImage(8, 9, BufferedImage.TYPE_INT_RGB),
                "png",
                images.resolve("a.png").toFile());
        Path out = folder.resolve("images.codes");
        Called.with(
                        "encode",
                        "--run",
                        run.toString(),
                        "--images",
                        images.toString(),
                        "--out",
                        out.toString(),
                        "--backend",
                        "cpu")
                .endsWith(0)
                .saying("2 codes of 8 bits: ");
        assertEquals(images.resolve("a.png").toString(), CodeFile.open(out).name(0));

        String image = images.resolve("b.png").toString();
        Called.with(
                        "search",
                        "--run",
                        run.toString(),
                        "--index",
                        out.toString(),
                        "--query",
                        image,
                        "--top",
                        "1",
                        "--backend",
                        "cpu")
                .endsWith(0)
                .saying("1         0   0  " + images.resolve("a.png"));
        Called byImage =
                Called.with("search", "--run", run.toString(), "--image", image, "--top", "2", "--backend", "cpu");
        byImage.endsWith(0);
        assertTrue(
                byImage.out().lines().skip(1).allMatch(line -> FashionMnist.CLASS_NAMES.stream()
                        .anyMatch(n -> line.endsWith("labels " + n))),
                byImage.out());
        for (String input : List.of(run.resolve("weights.safetensors").toString(), image)) {
            Called.with("encode", "--run", run.toString(), "--images", image, "--out", input, "--backend", "cpu")
                    .endsWith(2)
                    .withOneLine("--out " + input + ": is the input " + input + ", which it would replace");
        }
        String metrics = run.resolve("metrics.json").toString();
        Called.with("search", "--run", run.toString(), "--image", image, "--json", metrics, "--backend", "cpu")
                .endsWith(2)
                .withOneLine("is the input " + metrics);
        Called.with("search", "--run", run.toString(), "--image", image, "--json", image, "--backend", "cpu")
                .endsWith(2)
                .withOneLine("is the input " + image);
        Path others = folder.resolve("others.codes");
        CodeFile.write(others, Codes.copyOf(CodeFile.open(out), 0, 2), CodeDetails.NONE.withModel("01".repeat(32)));
        Called.with(
                        "search",
                        "--run",
                        run.toString(),
                        "--index",
                        others.toString(),
                        "--image",
                        image,
                        "--backend",
                        "cpu")
                .endsWith(2)
                .withOneLine(run + " is of model ", others + " of model 010101010101...; need one model");
        Called.with("search", "--run", run.toString(), "--text", "apple", "--backend", "cpu")
                .endsWith(2)
                .withOneLine("has no network for texts");
        Called.with("search", "--index", out.toString(), "--image", image)
                .endsWith(2)
                .withOneLine("need --run");
        Called.with("search", "--run", run.toString(), "--image", image, "--crops", "10", "--backend", "cpu")
                .endsWith(2)
                .withOneLine("its images are not windows of larger pictures");
        Called.with("encode", "--run", run.toString(), "--set", "all", "--out", out.toString(), "--backend", "cpu")
                .endsWith(2)
                .withOneLine("expected one of [query, training, database, held-out]");
    }

    /** Features that say the labels, so that what they find is a picture of theirs more often than chance; here only that they are found and encoded. */
    @Test
    void featuresInThePlaceOfTextsFindPicturesAndAreFound(@TempDir Path folder) throws IOException {
        Path features = Files.createDirectory(folder.resolve("sounds"));
        for (String set : new String[] {"query", "training"}) {
            var labels = (set.equals("query")
                            ? OpenClipart.embedded(OpenClipart.Texts.STRICT, 32)
                                    .images()
                                    .query()
                            : OpenClipart.embedded(OpenClipart.Texts.STRICT, 32)
                                    .images()
                                    .training())
                    .labels();
            int[] all = java.util.stream.IntStream.range(0, labels.count()).toArray();
            NpyFile.write(features.resolve(set + ".npy"), labels.indicators(all), labels.count(), labels.classes());
        }
        Path run = folder.resolve("run");
        Called.with(
                        "train",
                        "../configs/dcmh.yaml",
                        "-o",
                        "data=openclipart:32?texts=" + features,
                        "-o",
                        "train.epochs=1",
                        "-o",
                        "train.batch=32",
                        "-o",
                        "image.network=linear",
                        "--backend",
                        "cpu",
                        "--run",
                        run.toString())
                .endsWith(0);
        Called.with("evaluate", "--run", run.toString()).endsWith(0).saying("text");
        Path more = folder.resolve("more.codes");
        String query = features.resolve("query.npy").toString();
        String[] encode = {
            "encode", "--run", run.toString(), "--features", query, "--out", more.toString(), "--backend", "cpu"
        };
        Called.with(encode).endsWith(2).withOneLine("takes no features but samples (3, 32, 32)");
        List<String> ofTexts = new ArrayList<>(List.of(encode));
        ofTexts.addAll(List.of("--medium", "text"));
        Called.with(ofTexts.toArray(String[]::new)).endsWith(0).saying("32 codes of 32 bits");
        Path pictures = folder.resolve("pictures.codes");
        Called.with(
                        "encode",
                        "--run",
                        run.toString(),
                        "--set",
                        "database",
                        "--out",
                        pictures.toString(),
                        "--backend",
                        "cpu")
                .endsWith(0);
        Called.with("search", "--index", pictures.toString(), "--query", more.toString(), "--top", "2")
                .endsWith(0);
        Called.with("data", "info", "openclipart:32?texts=" + features)
                .endsWith(0)
                .saying("query");
    }

    @Test
    void aCrossModalRunFindsImagesByWordsAndWordsByImages(@TempDir Path folder) throws IOException {
        Path run = folder.resolve("run");
        String[] brief = {"data=openclipart:256", "train.epochs=1", "train.batch=64", "text.units=32", "bits=16"};
        List<String> line =
                new ArrayList<>(List.of("train", "../configs/dcmh.yaml", "--backend", "cpu", "--run", run.toString()));
        for (String each : brief) {
            line.addAll(List.of("-o", each));
        }
        Called.with(line.toArray(String[]::new)).endsWith(0);
        for (String medium : new String[] {"image", "text"}) {
            Path out = folder.resolve(medium + ".codes");
            Called.with(
                            "encode",
                            "--run",
                            run.toString(),
                            "--set",
                            "query",
                            "--medium",
                            medium,
                            "--out",
                            out.toString(),
                            "--backend",
                            "cpu")
                    .endsWith(0);
            CodeFile file = CodeFile.open(out);
            assertArrayEquals(
                    NpyFile.read(run.resolve("query-" + medium + "-codes.npy")).toBytes(),
                    Codes.copyOf(file, 0, file.size()).toPackedBytes());
            assertEquals(
                    medium.equals("image"),
                    file.name(0)
                            .equals(OpenClipart.items(OpenClipart.QUERY).get(0).image()),
                    file.name(0));
        }
        Called byWords =
                Called.with("search", "--run", run.toString(), "--text", "red flag", "--top", "3", "--backend", "cpu");
        byWords.endsWith(0).saying("red flag", "labels ");
        assertTrue(byWords.out().lines().skip(1).allMatch(l -> l.matches(".*\\.png, labels [a-z].*")), byWords.out());
        assertEquals(4, byWords.out().lines().count(), byWords.out());
        List<String> shipped = OpenClipart.items(OpenClipart.TRAINING).subList(0, 256).stream()
                .map(item -> item.image() + ", labels " + String.join(", ", item.labels()))
                .toList();
        assertTrue(byWords.out().lines().skip(1).allMatch(l -> shipped.stream().anyMatch(l::contains)), byWords.out());
        Path image = folder.resolve("a.png");
        ImageIO.write(new BufferedImage(50, 40, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        Called byImage = Called.with(
                "search", "--run", run.toString(), "--image", image.toString(), "--top", "2", "--backend", "cpu");
        assertEquals(3, byImage.endsWith(0).out().lines().count(), byImage.out());
        Called.with("search", "--run", run.toString(), "--text", "qqq", "--backend", "cpu")
                .endsWith(2)
                .withOneLine("none of the words of 'qqq' is among the ");
        Called partly = Called.with(
                "search",
                "--run",
                run.toString(),
                "--text",
                "red xyzzy Red qqq xyzzy",
                "--top",
                "3",
                "--backend",
                "cpu");
        assertTrue(
                partly.endsWith(0)
                        .err()
                        .contains("search: words that the run does not know are left out: xyzzy, qqq\n"),
                partly.err());
        assertTrue(
                byWords.err()
                        .contains(
                                "left out: flag (flag: a label's, which texts.form: strict leaves out; full has it)\n"),
                byWords.err());
        Called known = Called.with("search", "--run", run.toString(), "--text", "red", "--backend", "cpu");
        assertFalse(known.endsWith(0).err().contains("left out"), known.err());
        Called.with("search", "--run", run.toString(), "--text", "", "--backend", "cpu")
                .endsWith(2)
                .withOneLine("none of the words of '' is among the ");
        Called.with(
                        "search",
                        "--run",
                        run.toString(),
                        "--text",
                        "red",
                        "--in",
                        "text",
                        "--index",
                        folder.resolve("none.codes").toString(),
                        "--backend",
                        "cpu")
                .endsWith(2)
                .withOneLine("--in: chooses the database of --run; --index is another");
        Called.with(
                        "search",
                        "--query",
                        folder.resolve("none.codes").toString(),
                        "--in",
                        "text",
                        "--index",
                        folder.resolve("none.codes").toString())
                .endsWith(2)
                .withOneLine("--in: is a medium of --run; found none");
        textsInAFileAreEncodedLineByLine(run, folder);
        oneDirectionIsMeasuredQueryByQuery(run, folder);
    }

    private static void oneDirectionIsMeasuredQueryByQuery(Path run, Path folder) throws IOException {
        Path queries = folder.resolve("queries.csv");
        Called.with("evaluate", "--run", run.toString(), "--per-query", queries.toString())
                .endsWith(2)
                .withOneLine("is a run of two media; need one direction of image_to_text, text_to_image, ");
        Path figures = folder.resolve("figures.json");
        Called.with(
                        "evaluate",
                        "--run",
                        run.toString(),
                        "--direction",
                        "text_to_image",
                        "--per-query",
                        queries.toString(),
                        "--json",
                        figures.toString())
                .endsWith(0);
        ObjectMapper json = new ObjectMapper();
        double stored = json.readTree(run.resolve("metrics.json").toFile())
                .required("mAP_text_to_image")
                .doubleValue();
        assertEquals(stored, json.readTree(figures.toFile()).required("mAP").doubleValue());
        List<String> lines = Files.readAllLines(queries);
        assertTrue(lines.get(0).startsWith("query,words,known,"), lines.get(0));
        PairedSplit pairs = OpenClipart.embedded(OpenClipart.Texts.STRICT, 256);
        assertEquals(1 + pairs.texts().query().count(), lines.size());
        Set<String> trainedOn = new HashSet<>();
        for (int i = 0; i < 256; i++) {
            trainedOn.add(Arrays.toString(pairs.texts().training().raw(new int[] {i})));
        }
        Set<String> kinds = new HashSet<>();
        for (int q = 0; q + 1 < lines.size(); q++) {
            float[] vector = pairs.texts().query().raw(new int[] {q});
            double words = IntStream.range(0, vector.length)
                    .mapToDouble(j -> vector[j])
                    .sum();
            boolean known = words > 0 && trainedOn.contains(Arrays.toString(vector));
            String kind = words + "," + (known ? "1.0," : "0.0,");
            assertTrue(lines.get(q + 1).startsWith(q + "," + kind), lines.get(q + 1));
            kinds.add(words > 0 ? known ? "known" : "new" : "none");
        }
        assertEquals(Set.of("known", "new", "none"), kinds);
    }

    private static void textsInAFileAreEncodedLineByLine(Path run, Path folder) throws IOException {
        Path texts = folder.resolve("texts.txt");
        Path out = folder.resolve("texts.codes");
        String[] line = {
            "encode", "--run", run.toString(), "--texts", texts.toString(), "--out", out.toString(), "--backend", "cpu"
        };
        Called.with(line).endsWith(2).withOneLine("encode: --texts: " + texts + ": no such file");
        Files.writeString(texts, "");
        Called.with(line).endsWith(2).withOneLine(": holds no line; need a text a line");
        Files.write(texts, new byte[] {(byte) 0xff, '\n'});
        Called.with(line).endsWith(2).withOneLine(": is not in UTF-8");
        Files.writeString(texts, "red\nflags\n");
        Called.with(line)
                .endsWith(2)
                .withOneLine(
                        "none of the words of 'flags'",
                        "words of labels are left out by texts.form: strict, full has them");
        assertFalse(Files.exists(out));
        Files.writeString(texts, "red\nblue xyzzy\nblue\n");
        Called.with(line).endsWith(0).saying("3 codes of ");
        CodeFile file = CodeFile.open(out);
        assertEquals("blue xyzzy", file.name(1));
        Codes codes = Codes.copyOf(file, 0, file.size());
        assertEquals(0, codes.hamming(1, codes, 2));
        Called.with("search", "--run", run.toString(), "--index", out.toString(), "--text", "red", "--backend", "cpu")
                .endsWith(0)
                .saying("red", "blue xyzzy");
    }

    @Test
    void codeFilesNameTheProtocolOfTheDatabaseThatTheyAreFor(@TempDir Path folder) {
        Path run = folder.resolve("run");
        Called.trainedBriefly(run).endsWith(0);
        String queries = encoded(run, folder.resolve("q.codes"), "query");
        String database = encoded(run, folder.resolve("d.codes"), "database");
        String heldOut = encoded(run, folder.resolve("h.codes"), "held-out");
        String forHeldOut = encoded(run, folder.resolve("qh.codes"), "query", "--database", "held-out");
        String lsh = encoded(run, folder.resolve("l.codes"), "query", "--method", "lsh", "--bits", "100");
        assertEquals(queries, database);
        assertEquals(heldOut, forHeldOut);
        assertEquals(queries, lsh);
        assertFalse(queries.isEmpty() || queries.equals(heldOut));
        Path index = folder.resolve("d.index");
        Called.with("index", "build", "--codes", folder.resolve("d.codes").toString(), "--out", index.toString())
                .endsWith(0);
        assertEquals(database, CodeFile.open(index).protocol());
        Called.with(
                        "evaluate",
                        "--query-codes",
                        folder.resolve("q.codes").toString(),
                        "--database-codes",
                        folder.resolve("h.codes").toString(),
                        "--protocol",
                        "as-is")
                .endsWith(2)
                .withOneLine("protocol as-is: ", "q.codes has lists ", "h.codes was made under ");
    }

    @Test
    void codesOrLabelsThatWereChangedAreNoLongerThoseOfTheRecordedLists(@TempDir Path folder) {
        Path run = folder.resolve("run");
        Called.trainedBriefly(run).endsWith(0);
        Path queries = folder.resolve("q.codes");
        Path database = folder.resolve("d.codes");
        encoded(run, queries, "query");
        encoded(run, database, "database");
        evaluated(queries, database).saying("Protocol as-is, version 1, rule ", ", lists ");
        Path labels = run.resolve("database-labels.npy");
        String relabelled = "the lists were not checked";
        assertTrue(evaluated(queries, database, "--database-labels", labels.toString())
                .out()
                .contains(relabelled));
        Path index = folder.resolve("labels.index");
        Called.with(
                        "index",
                        "build",
                        "--codes",
                        database.toString(),
                        "--labels",
                        labels.toString(),
                        "--out",
                        index.toString())
                .endsWith(0);
        assertEquals("", CodeFile.open(index).protocol());
        Path added = folder.resolve("added.index");
        Called.with("index", "build", "--codes", database.toString(), "--out", added.toString())
                .endsWith(0);
        Called.with("index", "add", "--index", added.toString(), "--codes", queries.toString())
                .endsWith(0);
        assertEquals("", CodeFile.open(added).protocol());
        Called.with("index", "remove", "--index", database.toString(), "--ids", "0,1,2")
                .endsWith(0);
        assertEquals("", CodeFile.open(database).protocol());
        assertFalse(evaluated(queries, database).out().contains("Protocol"));
        assertTrue(evaluated(queries, database, "--protocol", "as-is").out().contains(relabelled));
    }

    private static Called evaluated(Path queries, Path database, String... more) {
        List<String> line = new ArrayList<>(List.of("evaluate", "--query-codes", queries.toString()));
        line.addAll(List.of("--database-codes", database.toString()));
        line.addAll(List.of(more));
        return Called.with(line.toArray(String[]::new)).endsWith(0);
    }

    private static String encoded(Path run, Path out, String set, String... more) {
        List<String> line = new ArrayList<>(List.of("encode", "--run", run.toString(), "--set", set));
        line.addAll(List.of("--out", out.toString(), "--backend", "cpu"));
        line.addAll(List.of(more));
        Called.with(line.toArray(String[]::new)).endsWith(0);
        return CodeFile.open(out).protocol();
    }

    @Test
    void hyperplanesGiveCodesLongerThanATable(@TempDir Path folder) {
        Path run = folder.resolve("run");
        Called.trainedBriefly(run).endsWith(0);
        for (String set : new String[] {"query", "database"}) {
            Called.with(
                            "encode",
                            "--run",
                            run.toString(),
                            "--set",
                            set,
                            "--method",
                            "lsh",
                            "--bits",
                            "2048",
                            "--out",
                            folder.resolve(set).toString(),
                            "--backend",
                            "cpu")
                    .endsWith(0)
                    .saying("20 codes of 2048 bits");
        }
        Called found = Called.with(
                "search",
                "--index",
                folder.resolve("query").toString(),
                "--query",
                folder.resolve("query").toString(),
                "--top",
                "1");
        found.endsWith(0);
        assertTrue(found.out().contains("   19     1         0  19"), found.out());
        Path other = folder.resolve("other");
        Called.with(
                        "encode",
                        "--run",
                        run.toString(),
                        "--set",
                        "query",
                        "--method",
                        "lsh",
                        "--bits",
                        "8",
                        "--crops",
                        "10",
                        "--out",
                        other.toString())
                .endsWith(2)
                .withOneLine("--crops: of codes by the network");
        String[] seeded = {"encode", "--run", run.toString(), "--set", "query", "--method", "lsh", "--bits", "2048"};
        List<String> line = new ArrayList<>(List.of(seeded));
        line.addAll(List.of("--seed", "1", "--out", other.toString(), "--backend", "cpu"));
        Called.with(line.toArray(String[]::new)).endsWith(0);
        Called.with("search", "--index", folder.resolve("database").toString(), "--query", other.toString())
                .endsWith(2)
                .withOneLine(other + " is of model ", "need one model");
    }
}
