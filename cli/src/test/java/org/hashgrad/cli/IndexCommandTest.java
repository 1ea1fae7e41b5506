package org.hashgrad.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.hashing.code.CodeArray;
import org.hashgrad.hashing.code.CodeDetails;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IndexCommandTest {
    private final Path folder;

    IndexCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aBuiltIndexFindsWhatItWasBuiltFrom() throws IOException {
        Path codes = folder.resolve("d.npy");
        CodeArray.SIGNS.write(codes, codes(1, 1, 1, 1, 1, -1, -1, -1, -1, 1, 1, -1));
        Path labels = folder.resolve("l.npy");
        NpyFile.write(labels, new int[] {4, 4, 2}, 3);
        Path names = folder.resolve("names.txt");
        Files.writeString(names, "a.png\nb.png\nc.png\n");
        for (String tables : List.of("yes", "no", "auto")) {
            Path index = folder.resolve(tables + ".codes");
            Called built = Called.with(
                    "index",
                    "build",
                    "--codes",
                    codes.toString(),
                    "--labels",
                    labels.toString(),
                    "--names",
                    names.toString(),
                    "--out",
                    index.toString(),
                    "--tables",
                    tables);
            assertEquals(ExitCodes.DONE, built.code(), built.err());
            assertEquals(tables.equals("yes"), CodeFile.open(index).hasTables());

            Path query = folder.resolve("q.npy");
            CodeArray.ZERO_ONE.write(query, codes(1, 1, 1, -1));
            Called found = Called.with(
                    "search",
                    "--index",
                    index.toString(),
                    "--query",
                    query.toString(),
                    "--npy",
                    "zero-one",
                    "--top",
                    "1",
                    "--all-ties");
            assertEquals(ExitCodes.DONE, found.code(), found.err());
            assertEquals(
                    List.of(
                            "query  rank  distance  id  name",
                            "    0     1         1   0  a.png",
                            "    0     2         1   2  c.png"),
                    found.out().lines().toList());
            Called within =
                    Called.with("search", "--index", index.toString(), "--query", index.toString(), "--radius", "0");
            assertTrue(within.out().contains("b.png     1         0   1  b.png"), within.out());
        }
    }

    @Test
    void addedCodesGoOnCountingAndInfoVerifies() throws IOException {
        Path codes = folder.resolve("d.npy");
        CodeArray.PACKED.write(codes, codes(1, 1, 1, 1, 1, -1, -1, -1, -1, 1, 1, -1));
        Path index = folder.resolve("i.codes");
        assertEquals(
                ExitCodes.DONE,
                Called.with(
                                "index",
                                "build",
                                "--codes",
                                codes.toString(),
                                "--bits",
                                "4",
                                "--out",
                                index.toString(),
                                "--tables",
                                "yes")
                        .code());
        Called added =
                Called.with("index", "add", "--index", index.toString(), "--codes", codes.toString(), "--bits", "4");
        assertEquals("added 3 codes, now 6: " + index, added.out().strip(), added.err());
        CodeFile grown = CodeFile.open(index);
        assertTrue(grown.hasTables());
        assertEquals(5, grown.id(5));
        Called info = Called.with("index", "info", "--index", index.toString());
        assertEquals(ExitCodes.DONE, info.code(), info.err());
        assertTrue(info.out().contains("All bytes are as they were written."), info.out());

        byte[] bytes = Files.readAllBytes(index);
        bytes[4096] ^= 1;
        Files.write(index, bytes);
        Called damaged = Called.with("index", "info", "--index", index.toString());
        assertEquals(ExitCodes.BAD_INPUT, damaged.code());
        assertTrue(damaged.err().contains("corrupted: bytes 4096 to "), damaged.err());
        Called refused = Called.with("search", "--index", index.toString(), "--query", codes.toString(), "--bits", "4");
        assertEquals(ExitCodes.BAD_INPUT, refused.code());
        assertEquals(1, refused.err().lines().count(), refused.err());
    }

    @Test
    void aDeviceThatIsNamedFindsWhatTheHostFinds() {
        String index = folder.resolve("i.codes").toString();
        CodeFile.write(Path.of(index), codes(1, 1, 1, 1, 1, -1, -1, -1, -1, 1, 1, -1), CodeDetails.NONE);
        String[] search = {"search", "--index", index, "--query", index, "--top", "2"};
        Called host = Called.with(search).endsWith(0);
        Called device =
                Called.with(append(append(search, "--backend"), "opencl")).endsWith(0);
        assertEquals(host.out(), device.out());
        assertTrue(device.err().startsWith("backend: opencl on "), device.err());
        assertTrue(device.err().contains("search: ScanIndex on opencl"), device.err());
        Called without =
                Called.with(append(append(search, "--backend"), "reference")).endsWith(0);
        assertEquals(host.out(), without.out());
        assertTrue(
                without.err().contains("search: FlatIndex on the host's processors, as reference has no search"),
                without.err());
        fails("--crops: of pictures", append(append(search, "--crops"), "10"));
    }

    @Test
    void whatIsNoRegularFileIsNotReplacedByAnIndex() throws IOException {
        Path device = Path.of("/dev/null");
        assertTrue(Files.exists(device));
        String codes = folder.resolve("d.npy").toString();
        CodeArray.SIGNS.write(Path.of(codes), codes(1, 1, 1, 1));
        Path link = folder.resolve("link");
        Files.createSymbolicLink(link, device);
        fails("--out " + link + ": is no regular file", "index", "build", "--codes", codes, "--out", link.toString());
    }

    @Test
    void namesMayBeginWithAByteOrderMarkAndHoldBytesThatAreNoUtf8() throws IOException {
        String codes = folder.resolve("d.npy").toString();
        CodeArray.SIGNS.write(Path.of(codes), codes(1, 1, 1, 1, 1, -1, -1, -1));
        Path names = folder.resolve("names.txt");
        Files.write(names, "\u00ef\u00bb\u00bfa.png\nb\u00e4r.png\n".getBytes(ISO_8859_1));
        String index = folder.resolve("i.codes").toString();
        Called.with("index", "build", "--codes", codes, "--names", names.toString(), "--out", index)
                .endsWith(0);
        assertEquals("a.png", CodeFile.open(Path.of(index)).name(0));
        assertEquals("b\ufffdr.png", CodeFile.open(Path.of(index)).name(1));
        String none = folder.resolve("none.txt").toString();
        fails(none + ": no such file", "index", "build", "--codes", codes, "--names", none, "--out", index);
    }

    @Test
    void anEmptiedIndexTakesNamesAndTheIdOfARemovedLastCodeIsGivenAgain() throws IOException {
        String codes = folder.resolve("d.npy").toString();
        CodeArray.SIGNS.write(Path.of(codes), codes(1, 1, 1, 1, 1, -1, -1, -1));
        Path names = folder.resolve("names.txt");
        Files.writeString(names, "a.png\nb.png\n");
        String index = folder.resolve("i.codes").toString();
        String[] add = {"index", "add", "--index", index, "--codes", codes, "--names", names.toString()};
        Called.with("index", "build", "--codes", codes, "--names", names.toString(), "--out", index)
                .endsWith(0);
        Called.with("index", "remove", "--index", index, "--ids", "1").endsWith(0);
        Called.with(add).endsWith(0);
        assertEquals(1, CodeFile.open(Path.of(index)).id(1));
        Called.with("index", "remove", "--index", index, "--ids", "0,1,2").endsWith(0);
        Called.with(add).endsWith(0);
        assertEquals("b.png", CodeFile.open(Path.of(index)).name(1));
    }

    @Test
    void removedCodesAreNotFoundAndTheOthersKeepTheirIds() {
        Path codes = folder.resolve("d.npy");
        CodeArray.SIGNS.write(codes, codes(1, 1, 1, 1, 1, -1, -1, -1, -1, 1, 1, -1, 1, 1, 1, 1));
        String index = folder.resolve("i.codes").toString();
        Called.with("index", "build", "--codes", codes.toString(), "--out", index)
                .endsWith(0);
        Called.with("index", "remove", "--index", index, "--ids", "0,2")
                .endsWith(0)
                .saying("removed 2 codes, now 2: " + index);
        Path query = folder.resolve("q.npy");
        CodeArray.SIGNS.write(query, codes(1, 1, 1, 1));
        assertEquals(
                List.of("query  rank  distance  id  name", "    0     1         0   3", "    0     2         3   1"),
                Called.with("search", "--index", index, "--query", query.toString())
                        .out()
                        .lines()
                        .map(String::stripTrailing)
                        .toList());
        fails("id 2 is not there; need ids of 2 codes", "index", "remove", "--index", index, "--ids", "1,2");
        fails("--ids", "index", "remove", "--index", index, "--ids", "a");
    }

    @Test
    void whatDoesNotFitIsOneLine() {
        Path codes = folder.resolve("d.npy");
        CodeArray.SIGNS.write(codes, codes(1, 1, 1, 1));
        Path labels = folder.resolve("l.npy");
        NpyFile.write(labels, new int[] {4, 4}, 2);
        Path index = folder.resolve("i.codes");
        fails(
                "counts differ: 1 codes and 2 labels",
                "index",
                "build",
                "--codes",
                codes.toString(),
                "--labels",
                labels.toString(),
                "--out",
                index.toString());
        fails("no such file", "index", "info", "--index", index.toString());
        fails("no code file: offset 0", "index", "info", "--index", codes.toString());
        fails(
                "expected one of signs, zero-one",
                "index",
                "build",
                "--codes",
                codes.toString(),
                "--npy",
                "bits",
                "--out",
                index.toString());
        fails("which it would replace", "index", "build", "--codes", codes.toString(), "--out", codes.toString());
        assertEquals(
                ExitCodes.DONE,
                Called.with("index", "build", "--codes", codes.toString(), "--out", index.toString())
                        .code());
        Path other = folder.resolve("o.npy");
        CodeArray.SIGNS.write(other, Codes.fromReal(new double[] {1, 1, 1}, 1, 3));
        fails("queries have 3 bits, the index 4", "search", "--index", index.toString(), "--query", other.toString());
        fails(
                "the codes have 4 bits, those to add 3",
                "index",
                "add",
                "--index",
                index.toString(),
                "--codes",
                other.toString());
        fails("k is 0", "search", "--index", index.toString(), "--query", codes.toString(), "--top", "0");
        fails(
                "mutually exclusive",
                "search",
                "--index",
                index.toString(),
                "--query",
                codes.toString(),
                "--top",
                "1",
                "--radius",
                "1");
    }

    @Test
    void codesOfDifferentModelsAreRefusedByNameAndThoseOfNoKnownModelAreCompared() throws IOException {
        Codes codes = codes(1, 1, 1, 1, 1, -1, -1, -1);
        CodeDetails labelled = CodeDetails.NONE.withLabels(ClassLabels.of(0, 1));
        String first = folder.resolve("first.codes").toString();
        String second = folder.resolve("second.codes").toString();
        String unknown = folder.resolve("unknown.npy").toString();
        CodeFile.write(Path.of(first), codes, labelled.withModel("01".repeat(32)));
        CodeFile.write(Path.of(second), codes, labelled.withModel("23".repeat(32)));
        CodeArray.SIGNS.write(Path.of(unknown), codes);
        String apart = second + " is of model 232323232323..., " + first + " of model 010101010101...; need one model";
        fails(apart, "search", "--index", first, "--query", second);
        fails(apart, "evaluate", "--query-codes", second, "--database-codes", first);
        fails(apart, "index", "add", "--index", first, "--codes", second);
        Called.with("search", "--index", first, "--query", first).endsWith(0);
        Called.with("search", "--index", first, "--query", unknown).endsWith(0);
        Called.with("evaluate", "--query-codes", first, "--database-codes", first)
                .endsWith(0);

        Path labels = folder.resolve("l.npy");
        NpyFile.write(labels, new int[] {1, 0}, 2);
        String[] add = {"index", "add", "--index", first, "--codes", unknown, "--labels", labels.toString(), "--model"};
        fails(
                unknown + " is of no known model, " + first + " of model 010101010101...; need one model",
                Arrays.copyOf(add, add.length - 1));
        fails("model is 'x'; need 64 hexadecimal digits", append(add, "x"));
        fails(unknown + " is of model 232323232323...", append(add, "23".repeat(32)));
        Called.with(append(add, "01".repeat(32))).endsWith(0);
        CodeFile grown = CodeFile.open(Path.of(first));
        assertEquals(4, grown.size());
        assertEquals("01".repeat(32), grown.model());
        String built = folder.resolve("built.codes").toString();
        Called.with("index", "build", "--codes", unknown, "--model", "23".repeat(32), "--out", built)
                .endsWith(0);
        fails("need one model", "search", "--index", built, "--query", first);
    }

    private static String[] append(String[] arguments, String last) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }

    private static void fails(String what, String... arguments) {
        Called called = Called.with(arguments);
        assertEquals(ExitCodes.BAD_INPUT, called.code(), called.err());
        assertTrue(called.err().contains(what), called.err());
        assertEquals(1, called.err().lines().count(), called.err());
    }

    /** Codes of 4 bits. */
    private static Codes codes(double... signs) {
        return Codes.fromReal(signs, signs.length / 4, 4);
    }
}
