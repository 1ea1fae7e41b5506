package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.CodeDetails;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.code.SplitPart;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
    private final Path folder;
    private final Path codes;
    private final Path labels;

    /** Two classes, each with a code of its own. */
    EvaluateCommandTest(@TempDir Path folder) {
        this.folder = folder;
        codes = folder.resolve("codes.npy");
        labels = folder.resolve("labels.npy");
        NpyFile.write(codes, new float[] {1, 1, 1, -1, -1, -1, 0.5f, 2, 0, -3, -1, -2}, 4, 3);
        NpyFile.write(labels, new int[] {0, 1, 0, 1}, 4);
    }

    private Called evaluate(Path ofQuery, Path labelsOfQuery, String... more) {
        var line = new java.util.ArrayList<>(java.util.List.of("evaluate", "--query-codes", ofQuery.toString()));
        line.addAll(java.util.List.of("--query-labels", labelsOfQuery.toString()));
        line.addAll(java.util.List.of("--database-codes", codes.toString(), "--database-labels", labels.toString()));
        line.addAll(java.util.List.of(more));
        return Called.with(line.toArray(String[]::new));
    }

    @Test
    void codesOfAnybodyAreMeasured() throws IOException {
        Path json = folder.resolve("figures.json");
        evaluate(codes, labels, "--json", json.toString()).endsWith(0).saying("mAP ", "1.0000", "empty_at_radius_2");
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertEquals(1.0, figures.get("mAP").asDouble());
        assertEquals(0.02, figures.get("precision_at_N").get("100").asDouble());
        assertEquals(4, figures.get("pr_by_radius").get("radius").size());
    }

    @Test
    void packedCodesNeedTheirBits() {
        Path packed = folder.resolve("packed.npy");
        NpyFile.write(packed, new byte[] {(byte) 0xe0, 0, (byte) 0xe0, 0}, 4, 1);
        evaluate(packed, labels).endsWith(2).withOneLine("packed.npy", "need bits");
        evaluate(packed, labels, "--bits", "3").endsWith(0).saying("1.0000");
    }

    @Test
    void intervalsConventionsAndCutsAreAddedToTheFigures() throws IOException {
        Path json = folder.resolve("figures.json");
        Path queries = folder.resolve("queries.csv");
        Path page = folder.resolve("figures.md");
        evaluate(
                        codes,
                        labels,
                        "--ci",
                        "--top",
                        "1",
                        "--convention",
                        "hashnet",
                        "--convention",
                        "callHLLabel",
                        "--protocol",
                        "own",
                        "--json",
                        json.toString(),
                        "--per-query",
                        queries.toString(),
                        "--markdown",
                        page.toString())
                .endsWith(0)
                .saying(
                        "mAP 95 %",
                        "mAP@1 first_relevant",
                        "hashnet: mAP",
                        "Protocol own, version 1, rule ",
                        "claimed: the lists were not checked",
                        "left out of the mean");
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertEquals(2, figures.get("intervals").get("mAP").size());
        assertEquals(0.95, figures.get("intervals").get("level").asDouble());
        assertEquals(1.0, figures.get("mAP_at_N").get("1").get("hits").asDouble());
        assertEquals(1.0, figures.get("conventions").get("hashnet").get("mAP").asDouble());
        assertEquals("own", figures.get("protocol").get("name").asText());
        assertEquals("not checked", figures.get("protocol").get("lists").asText());
        List<String> lines = Files.readAllLines(queries);
        assertEquals(1 + figures.get("queries").asInt(), lines.size());
        assertTrue(lines.get(0).startsWith("query,mAP,mAP_best,"), lines.get(0));
        assertTrue(lines.get(1).startsWith("0,1.0,"), lines.get(1));
        assertTrue(Files.readString(page).contains("| mAP | 1.0000 |"));
    }

    @Test
    void whatIsNoProtocolConventionOrNumberIsNamed() {
        evaluate(codes, labels, "--protocol", "cifar").endsWith(2).withOneLine("expected one of", "found 'cifar'");
        evaluate(codes, labels, "--protocol", "cifar10/59k")
                .endsWith(2)
                .withOneLine("protocol cifar10/59k: expected 1000 queries, found ");
        evaluate(codes, labels, "--convention", "mine").endsWith(2).withOneLine("found 'mine'");
        evaluate(codes, labels, "--top", "0").endsWith(2).withOneLine("--top: N is 0; need N >= 1");
        evaluate(codes, labels, "--per-query", folder.toString()).endsWith(2).withOneLine("--per-query");
    }

    @Test
    void protocolsAndConventionsAreListed() throws IOException {
        Path json = folder.resolve("protocols.json");
        Called.with("protocols", "--json", json.toString())
                .endsWith(0)
                .saying(
                        "fashion-mnist/embedded",
                        "cifar10/59k",
                        "nus-wide-81",
                        "rule_hash ",
                        "cifar10:FOLDER?protocol=cifar10/54k");
        assertEquals(16, new ObjectMapper().readTree(json.toFile()).size());
        Called.with("protocols", "mirflickr/dcmh").endsWith(0).saying("18015", "share at least one label");
        Called.with("protocols", "none").endsWith(2).withOneLine("found 'none'");
        Called.with("protocols", "--conventions").endsWith(0).saying("CalcTopMap", "callHLLabel.m");
    }

    @Test
    void codeFilesBringTheirLabelsAndZeroOneCodesAreRead() throws IOException {
        Path file = folder.resolve("codes.hgc");
        Codes two = Codes.fromReal(new double[] {1, 1, -1, -1}, 2, 2);
        CodeFile.write(file, two, CodeDetails.NONE.withLabels(ClassLabels.of(0, 1)));
        Called.with("evaluate", "--query-codes", file.toString(), "--database-codes", file.toString())
                .endsWith(0)
                .saying("mAP ", "1.0000");
        Path bare = folder.resolve("bare.hgc");
        CodeFile.write(bare, two, CodeDetails.NONE);
        Called.with("evaluate", "--query-codes", bare.toString(), "--database-codes", file.toString())
                .endsWith(2)
                .withOneLine("bare.hgc: holds no labels; give --query-labels");
        Path zeroOne = folder.resolve("zero-one.npy");
        Path classes = folder.resolve("classes.npy");
        NpyFile.write(zeroOne, new int[] {1, 1, 0, 0}, 2, 2);
        NpyFile.write(classes, new int[] {0, 1}, 2);
        Called.with(
                        "evaluate",
                        "--npy",
                        "zero-one",
                        "--query-codes",
                        zeroOne.toString(),
                        "--query-labels",
                        classes.toString(),
                        "--database-codes",
                        file.toString())
                .endsWith(0)
                .saying("1.0000");
        Path three = folder.resolve("three.hgc");
        CodeFile.write(
                three, Codes.fromReal(new double[] {1, 1, 1}, 1, 3), CodeDetails.NONE.withLabels(ClassLabels.of(0)));
        Called.with("evaluate", "--query-codes", three.toString(), "--database-codes", file.toString())
                .endsWith(2)
                .withOneLine("query codes have 3 bits, database codes 2");
    }

    @Test
    void aClaimIsComparedWithWhatTheRunWasMeasuredUnder() throws IOException {
        Path run = folder.resolve("run");
        Called.trainedBriefly(run).endsWith(0).saying("Protocol as-is, version 1, rule ", "Protocol of held-out as-is");
        String at = run.toString();
        Called.with("evaluate", "--run", at).endsWith(0).saying("Protocol as-is, version 1, rule ", ", lists ");
        Path json = folder.resolve("figures.json");
        Called.with("evaluate", "--run", at, "--protocol", "as-is", "--no-stable", "--json", json.toString())
                .endsWith(0);
        ObjectMapper mapper = new ObjectMapper();
        JsonNode stored = mapper.readTree(run.resolve("metrics.json").toFile());
        JsonNode again = mapper.readTree(json.toFile());
        assertEquals(stored.get("protocol"), again.get("protocol"));
        assertEquals(stored.get("overlap"), again.get("overlap"));
        assertEquals(stored.get("mAP"), again.get("mAP"));
        assertFalse(again.has("mAP_stable"));
        for (String wrong : new String[] {"own", "fashion-mnist/embedded", "cifar10/59k"}) {
            Called.with("evaluate", "--run", at, "--protocol", wrong)
                    .endsWith(2)
                    .withOneLine(
                            "protocol " + wrong + ": its rule is ", "has measured database under as-is with rule ");
        }
        Path labels = run.resolve("query-labels.npy");
        int[] classes = NpyFile.read(labels).toInts();
        classes[0] = 9 - classes[0];
        NpyFile.write(labels, classes, classes.length);
        Called.with("evaluate", "--run", at, "--protocol", "as-is")
                .endsWith(2)
                .withOneLine("protocol as-is: ", "the list of query differs");
    }

    @Test
    void codeFilesAreComparedByRuleAndLists() {
        String rule = "0123456789abcdef".repeat(2);
        Path query = coded("q.hgc", rule + "1".repeat(32));
        Path database = coded("d.hgc", rule + "1".repeat(32));
        ofFiles(query, database).endsWith(0).saying("Protocol not of a known name, rule " + rule + ", lists 1111");
        ofFiles(query, database, "--protocol", "own")
                .endsWith(2)
                .withOneLine("protocol own: rule is ", "q.hgc was made under " + rule);
        Path other = coded("o.hgc", rule + "2".repeat(32));
        assertTrue(ofFiles(query, other).endsWith(0).err().contains("were made under different protocols or lists"));
        ofFiles(query, coded("none.hgc", ""), "--protocol", "own").endsWith(2).withOneLine("rule is ");
        Path none = coded("none.hgc", "");
        ofFiles(none, none, "--protocol", "own").endsWith(0).saying("the lists were not checked");
        assertFalse(ofFiles(none, none).endsWith(0).out().contains("Protocol"));
    }

    private static Called ofFiles(Path query, Path database, String... more) {
        List<String> line = new java.util.ArrayList<>(
                List.of("evaluate", "--query-codes", query.toString(), "--database-codes", database.toString()));
        line.addAll(List.of(more));
        return Called.with(line.toArray(String[]::new));
    }

    private Path coded(String name, String protocol) {
        Path file = folder.resolve(name);
        CodeFile.write(
                file,
                Codes.fromReal(new double[] {1, 1, -1, -1}, 2, 2),
                CodeDetails.NONE.withLabels(ClassLabels.of(0, 1)).withProtocol(protocol));
        return file;
    }

    @Test
    void codesOfAQuerySetAreNoDatabaseNorTheOtherWayRound() {
        Path query = ofPart("q.codes", SplitPart.QUERY);
        Path database = ofPart("d.codes", SplitPart.DATABASE);
        ofFiles(query, database).endsWith(0);
        ofFiles(database, query)
                .endsWith(2)
                .withOneLine("--query-codes: ", "d.codes has codes of the part database; need those of queries");
        ofFiles(query, query)
                .endsWith(2)
                .withOneLine("--database-codes: ", "q.codes has codes of the part query; need those of a database");
        ofFiles(ofPart("o.codes", SplitPart.OTHER), database).endsWith(0);
        ofFiles(query, ofPart("u.codes", SplitPart.UNKNOWN)).endsWith(0);
    }

    private Path ofPart(String name, SplitPart part) {
        Path file = folder.resolve(name);
        CodeFile.write(
                file,
                Codes.fromReal(new double[] {1, 1, -1, -1}, 2, 2),
                CodeDetails.NONE.withLabels(ClassLabels.of(0, 1)).withPart(part));
        return file;
    }

    @Test
    void missingFileIsNamed() {
        evaluate(folder.resolve("none.npy"), labels).endsWith(2).withOneLine("none.npy: no such file");
    }

    @Test
    void aFileThatIsNoNpyIsNamedWithItsOffset() throws IOException {
        Path text = Files.writeString(folder.resolve("text.npy"), "codes,labels\n1,2\n");
        evaluate(text, labels).endsWith(2).withOneLine("text.npy: offset 0: wrong magic");
    }

    @Test
    void anAbsurdHeaderIsRefusedWithoutAllocating() throws IOException {
        String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000000), }\n";
        byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0};
        Path absurd = folder.resolve("absurd.npy");
        Files.write(absurd, start);
        Files.write(absurd, header.getBytes(StandardCharsets.US_ASCII), java.nio.file.StandardOpenOption.APPEND);
        evaluate(absurd, labels).endsWith(2).withOneLine("absurd.npy", "1000000000");
    }

    @Test
    void differentNumbersOfCodesAndLabelsNameBothFiles() {
        Path three = folder.resolve("three.npy");
        NpyFile.write(three, new int[] {0, 1, 0}, 3);
        evaluate(codes, three).endsWith(2).withOneLine("codes.npy", "three.npy", "equally many rows");
    }

    @Test
    void aFolderWithoutARunIsNamed() {
        Called.with("evaluate", "--run", folder.toString()).endsWith(2).withOneLine("no run there", "config.yaml");
    }

    @Test
    void bothFilesOfCodesBelongTogetherAndExcludeARun() {
        Called.with("evaluate", "--query-codes", codes.toString()).endsWith(2).withOneLine("--database-codes");
        evaluate(codes, labels, "--run", folder.toString()).endsWith(2).withOneLine("--run");
        Called.with("evaluate", "--run", folder.toString(), "--bits", "3")
                .endsWith(2)
                .withOneLine("--bits");
    }

    @Test
    void codesWithoutANegativeValueAreWarnedOfInOneLine() {
        Path bits = folder.resolve("bits.npy");
        NpyFile.write(bits, new long[] {1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1}, 4, 3);
        Called called = evaluate(bits, labels).endsWith(0);
        List<String> warnings =
                called.err().lines().filter(line -> line.contains("warning")).toList();
        assertEquals(1, warnings.size(), called::err);
        assertTrue(warnings.get(0).contains("bits.npy: every bit is +1; are these 0/1 codes?"), called::err);
        assertFalse(warnings.get(0).contains("codes.npy"), called::err);
        assertEquals("", evaluate(codes, labels).endsWith(0).err());
    }

    @Test
    void aFailedEvaluationLeavesNoJsonBehind() throws IOException {
        Path json = folder.resolve("figures.json");
        evaluate(folder.resolve("none.npy"), labels, "--json", json.toString()).endsWith(2);
        assertEquals(Set.of("codes.npy", "labels.npy"), names());
    }

    @Test
    void jsonReplacesAFileWholeAndLeavesNothingBesideIt() throws IOException {
        Path json = Files.writeString(folder.resolve("figures.json"), "before".repeat(1000));
        evaluate(folder.resolve("none.npy"), labels, "--json", json.toString()).endsWith(2);
        assertEquals("before".repeat(1000), Files.readString(json));
        evaluate(codes, labels, "--json", json.toString()).endsWith(0);
        assertEquals(1.0, new ObjectMapper().readTree(json.toFile()).get("mAP").asDouble());
        assertEquals(Set.of("codes.npy", "labels.npy", "figures.json"), names());
    }

    @Test
    void jsonMustNotReplaceAnInput() throws IOException {
        byte[] before = Files.readAllBytes(labels);
        Path same = Files.createSymbolicLink(folder.resolve("link.json"), labels);
        evaluate(codes, labels, "--json", same.toString()).endsWith(2).withOneLine("--json", "labels.npy");
        assertArrayEquals(before, Files.readAllBytes(labels));
        Path run = Files.createDirectory(folder.resolve("run"));
        Path metrics = Files.writeString(run.resolve("metrics.json"), "{}");
        Called.with("evaluate", "--run", run.toString(), "--json", metrics.toString())
                .endsWith(2)
                .withOneLine("--json", "is the input", "metrics.json");
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet());
        }
    }
}
