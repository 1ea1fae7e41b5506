package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.code.CodeDetails;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.NpyFile;
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
