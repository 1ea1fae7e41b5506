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
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.Split;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Codes of a run of two media: of its sets, of texts, pictures and features that it has not seen, and what they find. */
final class EncodeTwoMediaTest {
    @Test
    void featuresInThePlaceOfTextsAreEncodedAsTheRunDidItAndFindPictures(@TempDir Path folder) throws IOException {
        Path features = Files.createDirectory(folder.resolve("sounds"));
        Split drawings = OpenClipart.embedded(OpenClipart.Texts.STRICT, 32).images();
        write(features.resolve("query.npy"), drawings.query().labels());
        write(features.resolve("training.npy"), drawings.training().labels());
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
        Path sounds = folder.resolve("sounds.codes");
        String query = features.resolve("query.npy").toString();
        String[] encode = {
            "encode", "--run", run.toString(), "--features", query, "--out", sounds.toString(), "--backend", "cpu"
        };
        Called.with(encode).endsWith(2).withOneLine("takes no features but samples (3, 32, 32)");
        List<String> ofTexts = new ArrayList<>(List.of(encode));
        ofTexts.addAll(List.of("--medium", "text"));
        Called.with(ofTexts.toArray(String[]::new)).endsWith(0).saying("32 codes of 32 bits");
        assertAsStored(run, "query-text", sounds);
        Path pictures = folder.resolve("pictures.codes");
        encoded(run, "database", Medium.IMAGE, pictures);
        Called.with("search", "--index", pictures.toString(), "--query", sounds.toString(), "--top", "2")
                .endsWith(0)
                .saying(".png");
        Called.with("data", "info", "openclipart:32?texts=" + features)
                .endsWith(0)
                .saying("query");
    }

    private static void write(Path file, Labels labels) throws IOException {
        int[] all = IntStream.range(0, labels.count()).toArray();
        NpyFile.write(file, labels.indicators(all), labels.count(), labels.classes());
    }

    private static CodeFile encoded(Path run, String set, Medium medium, Path out) {
        List<String> line = new ArrayList<>(List.of("encode", "--run", run.toString(), "--set", set));
        line.addAll(List.of("--medium", medium.word(), "--out", out.toString(), "--backend", "cpu"));
        Called.with(line.toArray(String[]::new)).endsWith(0);
        return CodeFile.open(out);
    }

    private static void assertAsStored(Path run, String set, Path codes) {
        CodeFile file = CodeFile.open(codes);
        assertArrayEquals(
                NpyFile.read(run.resolve(set + "-codes.npy")).toBytes(),
                Codes.copyOf(file, 0, file.size()).toPackedBytes());
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
        codeFilesSayTheirMediumAndAreMeasuredInItsDirection(run, folder);
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

    private static void codeFilesSayTheirMediumAndAreMeasuredInItsDirection(Path run, Path folder) throws IOException {
        for (Medium medium : Medium.values()) {
            Path out = folder.resolve(medium.word() + ".codes");
            CodeFile file = encoded(run, "query", medium, out);
            assertAsStored(run, medium.set("query"), out);
            assertEquals(Optional.of(medium), file.medium());
            String first = OpenClipart.items(OpenClipart.QUERY).get(0).image();
            assertEquals(medium == Medium.IMAGE, file.name(0).equals(first), file.name(0));
        }
        Path index = folder.resolve("text.codes");
        Called.with("index", "info", "--index", index.toString()).endsWith(0).saying("medium    text");
        Path database = folder.resolve("database.codes");
        encoded(run, "database", Medium.IMAGE, database);
        Path figures = folder.resolve("of-files.json");
        Called.with(
                        "evaluate",
                        "--query-codes",
                        index.toString(),
                        "--database-codes",
                        database.toString(),
                        "--json",
                        figures.toString())
                .endsWith(0)
                .saying("direction", "text_to_image");
        ObjectMapper json = new ObjectMapper();
        assertEquals(
                json.readTree(run.resolve("metrics.json").toFile())
                        .required("mAP_text_to_image")
                        .doubleValue(),
                json.readTree(figures.toFile()).required("mAP").doubleValue());
        assertEquals(
                "text_to_image",
                json.readTree(figures.toFile()).required("direction").textValue());
    }
}
