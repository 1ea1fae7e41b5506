package org.hashgrad.hashing.data.openclipart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.Failure;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.OpenClipart;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.TermWeighting;
import org.hashgrad.hashing.data.TextSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenClipartBuilderTest {
    private static final Rules SMALL = new Rules(Set.of("junk"), Map.of("shapes/stars", 3), 2, 4, 2);
    private static final OpenClipart.Texts FULL = new OpenClipart.Texts(OpenClipart.Form.FULL, 1, TermWeighting.BINARY);
    private static final OpenClipartBuilder BUILDER = new OpenClipartBuilder(32, 0);

    private final Path folder;
    private final Path out;

    OpenClipartBuilderTest(@TempDir Path folder) {
        this.folder = folder;
        this.out = folder.resolve("built");
    }

    /** Colours 12 levels apart, so that none is alike unless it is meant to be. */
    private static BufferedImage colour(int i) {
        return ClipartTree.plain(30 + i, 20, 0x101010 + 0x0c0c0c * (i % 19) + (i / 19) * 0x30);
    }

    /** 10 fruits, 6 stars, 2 near-duplicates, a link, a copy, other licences, broken files, files without a partner. */
    private ClipartTree tree(String name, boolean backwards) throws IOException {
        ClipartTree tree = new ClipartTree(folder.resolve(name));
        List<Integer> order = new ArrayList<>(IntStream.range(0, 10).boxed().toList());
        if (backwards) {
            java.util.Collections.reverse(order);
        }
        for (int i : order) {
            tree.drawing("food/fruit/f" + i, "Fruit " + i, "", List.of("fruit", "sweet"), colour(i));
            if (i < 6) {
                tree.drawing("shapes/stars/s" + i, "Star", "Of " + i + " rays", List.of("star"), colour(20 + i));
            }
        }
        tree.drawing("food/twin_a", "Twin", "", List.of(), ClipartTree.plain(30, 20, 0xf00000));
        tree.drawing("food/twin_b", "Twin", "", List.of(), ClipartTree.plain(30, 20, 0xf10101));
        tree.link("animals/f3", "food/fruit/f3");
        tree.link("animals/f4", "food/fruit/f4");
        tree.drawing("animals/copy_of_f1", "", "A copy", List.of("copied"), colour(1));
        tree.drawing("junk/only", "Junk", "", List.of(), ClipartTree.plain(9, 9, 0x00ff00));
        tree.drawing("rare/one", "Rare", "", List.of(), ClipartTree.plain(9, 9, 0x0000ff));
        tree.png("food/gpl", ClipartTree.plain(9, 9, 0xff00ff));
        tree.write(
                "svg/food/gpl.svg",
                ClipartTree.svg("G", "", List.of(), "http://creativecommons.org/licenses/GPL/2.0/"));
        tree.write("svg/food/no_png.svg", ClipartTree.svg("N", "", List.of(), ClipartTree.PUBLIC_DOMAIN));
        tree.png("food/no_svg", ClipartTree.plain(9, 9, 0xffff00));
        tree.png("food/broken_svg", ClipartTree.plain(9, 9, 0xffff00));
        tree.write("svg/food/broken_svg.svg", "<svg><metadata>");
        tree.write("png/food/broken_png.png", "no picture");
        tree.write("svg/food/broken_png.svg", ClipartTree.svg("B", "", List.of(), ClipartTree.PUBLIC_DOMAIN));
        return tree;
    }

    private OpenClipart.Manifest build(ClipartTree tree, Path to) {
        return BUILDER.build(tree.root(), to, SMALL, (what, count, all) -> {});
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), OpenClipart.sha256(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    @Test
    void everyFileIsAccountedFor() throws IOException {
        OpenClipart.Manifest manifest = build(tree("tree", false), out);
        Map<String, Integer> expected = new TreeMap<>();
        expected.put("SVG paths", 10 + 6 + 2 + 2 + 1 + 2 + 1 + 1 + 1 + 1);
        expected.put("SVG paths without PNG", 1);
        expected.put("SVG paths that are broken", 1);
        expected.put("PNG paths without readable SVG", 2);
        expected.put("PNG files that are broken", 1);
        expected.put("different PNG files", 10 + 6 + 2 + 1 + 2 + 1);
        expected.put("different pixels", 10 + 6 + 2 + 2 + 1);
        expected.put("without public domain licence", 1);
        expected.put("in dropped folders only", 1);
        expected.put("beyond a cap", 3);
        expected.put("without a frequent label", 1);
        expected.put("near-duplicate groups of 2 or more", 1);
        assertEquals(expected, new TreeMap<>(manifest.source()));
        assertEquals(Map.of("query", 4, "training", 10 + 3 + 2 - 4), manifest.items());
        assertEquals(
                Map.of("animals", 3, "food", 12, "food/fruit", 10, "shapes", 3, "shapes/stars", 3), manifest.labels());
        assertEquals(
                Set.of(
                        "LICENSE",
                        "manifest.json",
                        "query-images.zip",
                        "query-items.jsonl",
                        "training-images.zip",
                        "training-items.jsonl"),
                contents(out).keySet());
    }

    @Test
    void neitherTheOrderOfFilesNorLinksMatter() throws IOException {
        build(tree("tree", false), out);
        Path other = folder.resolve("other");
        build(tree("backwards", true), other);
        assertEquals(contents(out), contents(other));
        Path copies = folder.resolve("copies");
        try (Stream<Path> files = Files.walk(folder.resolve("tree"), FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copies.resolve(folder.resolve("tree").relativize(file));
                Files.createDirectories(to.getParent());
                Files.write(to, Files.readAllBytes(file));
            }
        }
        Path third = folder.resolve("third");
        build(new ClipartTree(copies), third);
        Map<String, String> expected = contents(out);
        Map<String, String> found = contents(third);
        assertNotEquals(expected.remove("manifest.json"), found.remove("manifest.json"), "it counts files");
        assertEquals(expected, found);
    }

    @Test
    void whatIsReadIsWhatTheDrawingsSay() throws IOException {
        build(tree("tree", false), out);
        PairedSplit split = OpenClipart.read(out, FULL);
        List<String> labels = List.of("animals", "food", "food/fruit", "shapes", "shapes/stars");
        Map<String, List<String>> found = new TreeMap<>();
        for (int part = 0; part < 2; part++) {
            TextSet texts =
                    (TextSet) (part == 0 ? split.texts().query() : split.texts().training());
            ImageSet images = (ImageSet)
                    (part == 0 ? split.images().query() : split.images().training());
            List<String> lines = Files.readAllLines(out.resolve(texts.name() + "-items.jsonl"));
            assertEquals(lines.size(), texts.count());
            for (int i = 0; i < lines.size(); i++) {
                String name = lines.get(i).replaceAll("^\\{\"image\":\"([^\"]*)\".*", "$1");
                int row = i;
                List<String> all = new ArrayList<>(texts.texts().get(i));
                IntStream.range(0, 5).filter(c -> texts.labels().has(row, c)).forEach(c -> all.add(labels.get(c)));
                found.put(name, all);
                byte[] expected =
                        Drawing.read(folder.resolve("tree/png").resolve(name)).square(32);
                assertArrayEquals(expected, Arrays.copyOfRange(images.pixels(), row * 3072, (row + 1) * 3072), name);
            }
        }
        assertEquals(15, found.size());
        assertEquals(List.of("fruit", "fruit", "sweet", "food", "food/fruit"), found.get("food/fruit/f0.png"));
        assertEquals(List.of("fruit", "fruit", "sweet", "animals", "food", "food/fruit"), found.get("animals/f3.png"));
        assertEquals(
                List.of("fruit", "copy", "copied", "animals", "food", "food/fruit"),
                found.get("animals/copy_of_f1.png"));
        assertEquals(List.of("twin", "food"), found.get("food/twin_b.png"));
    }

    @Test
    void nearDuplicatesShareAGroupAndASide() throws IOException {
        for (long seed = 0; seed < 6; seed++) {
            Path to = folder.resolve("seed" + seed);
            ClipartTree tree = seed == 0 ? tree("tree", false) : new ClipartTree(folder.resolve("tree"));
            new OpenClipartBuilder(32, seed).build(tree.root(), to, SMALL, (what, count, all) -> {});
            for (String part : List.of("query", "training")) {
                List<String> twins = Files.readAllLines(to.resolve(part + "-items.jsonl")).stream()
                        .filter(line -> line.contains("twin_"))
                        .map(line -> line.replaceAll(".*\"group\":", ""))
                        .toList();
                assertTrue(
                        twins.isEmpty() || (twins.size() == 2 && twins.get(0).equals(twins.get(1))), twins::toString);
            }
        }
        assertNotEquals(
                contents(folder.resolve("seed0")).get("query-items.jsonl"),
                contents(folder.resolve("seed1")).get("query-items.jsonl"));
    }

    @Test
    void aLargerSideHasTheSameDrawingsAndTheirPixels() throws IOException {
        ClipartTree tree = tree("tree", false);
        build(tree, out);
        Path large = folder.resolve("large");
        new OpenClipartBuilder(64, 0).build(tree.root(), large, SMALL, (what, count, all) -> {});
        for (String file : List.of("query-items.jsonl", "training-items.jsonl")) {
            assertEquals(contents(out).get(file), contents(large).get(file));
        }
        ImageSet images = (ImageSet) OpenClipart.read(large, FULL).images().query();
        assertEquals(List.of(3, 64, 64), List.of(images.channels(), images.height(), images.width()));
        String first = Files.readAllLines(large.resolve("query-items.jsonl"))
                .get(0)
                .replaceAll("^\\{\"image\":\"([^\"]*)\".*", "$1");
        assertArrayEquals(
                Drawing.read(tree.root().resolve("png").resolve(first)).square(64),
                Arrays.copyOf(images.pixels(), images.imageSize()));
    }

    @Test
    void progressRunsToTheEndOfEachStage() throws IOException {
        Map<String, String> last = new TreeMap<>();
        BUILDER.build(tree("tree", false).root(), out, SMALL, (what, count, all) -> last.put(what, count + "/" + all));
        assertEquals("{images=25/25, query-images.zip=4/4, texts=27/27, training-images.zip=11/11}", last.toString());
    }

    @Test
    void nothingIsLeftBehindWhenItFails() throws IOException {
        ClipartTree tree = tree("tree", false);
        assertEquals(
                "openclipart: 0 drawings, of which 0 can be queries; need 400 and others for training",
                Failure.of(() -> BUILDER.build(tree.root(), out, (what, count, all) -> {})));
        assertEquals(List.of("tree"), namesIn(folder));
    }

    @Test
    void aFolderThatIsThereIsNotTouched() throws IOException {
        ClipartTree tree = tree("tree", false);
        Files.createDirectory(out);
        Files.writeString(out.resolve("mine"), "x");
        assertEquals(
                "openclipart: " + out + ": is there already; need a new folder", Failure.of(() -> build(tree, out)));
        assertEquals(List.of("mine"), namesIn(out));
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void aMissingCollectionSaysWhatToInstall() throws IOException {
        ClipartTree tree = new ClipartTree(folder.resolve("none"));
        assertTrue(Failure.of(() -> build(tree, out))
                .equals("openclipart: " + tree.root().resolve("png") + ": no such folder; install with: apt-get install"
                        + " openclipart-png openclipart-svg, or name the folder that has png and svg"));
        Files.createDirectories(tree.root().resolve("png"));
        assertTrue(Failure.of(() -> build(tree, out)).contains("svg: no such folder; install with"));
        Files.createDirectories(tree.root().resolve("svg"));
        assertTrue(Failure.of(() -> build(tree, out)).contains("svg: no .svg file there; install with"));
        assertFalse(Files.exists(out));
    }

    @Test
    void sidesHaveBounds() {
        assertEquals("openclipart: side is 15; need 16 to 256", Failure.of(() -> new OpenClipartBuilder(15, 0)));
        assertEquals("openclipart: side is 257; need 16 to 256", Failure.of(() -> new OpenClipartBuilder(257, 0)));
    }

    @Test
    void filesThatDoNotFitTogetherAreNamed() throws IOException {
        build(tree("tree", false), out);
        Path items = out.resolve("query-items.jsonl");
        String good = Files.readString(items);
        Path manifest = out.resolve("manifest.json");
        String goodManifest = Files.readString(manifest);

        Files.writeString(items, good.replaceFirst("\"title\":\"[^\"]*\",", ""));
        assertTrue(Failure.of(() -> OpenClipart.read(out, FULL))
                .startsWith("openclipart: query-items.jsonl: changed since it was built: expected SHA-256 "));
        sign(manifest, goodManifest, items);
        assertEquals(
                "openclipart: query-items.jsonl: line 1: Missing creator property 'title' (index 1)",
                Failure.of(() -> OpenClipart.read(out, FULL)));

        Files.writeString(items, good.lines().skip(1).map(line -> line + "\n").collect(Collectors.joining()));
        sign(manifest, goodManifest, items);
        assertEquals(
                "openclipart: query-items.jsonl: expected 4 items as in manifest.json, found 3",
                Failure.of(() -> OpenClipart.read(out, FULL)));
        Files.writeString(manifest, Files.readString(manifest).replace("\"query\" : 4", "\"query\" : 3"));
        assertEquals(
                "openclipart: query-images.zip: expected 3 images as in query-items.jsonl, found 4",
                Failure.of(() -> OpenClipart.read(out, FULL)));

        Files.writeString(items, good.replaceFirst("\"image\":\"[^\"]*\"", "\"image\":\"other.png\""));
        sign(manifest, goodManifest, items);
        assertTrue(Failure.of(() -> OpenClipart.read(out, FULL))
                .startsWith(
                        "openclipart: query-images.zip: image 0: expected other.png as in query-items.jsonl, found "));

        Files.writeString(items, good.replaceFirst("\"labels\":\\[", "\"labels\":[\"new\","));
        sign(manifest, goodManifest, items);
        assertEquals(
                "openclipart: query-items.jsonl: line 1: label 'new' is not in manifest.json",
                Failure.of(() -> OpenClipart.read(out, FULL)));

        Files.writeString(items, good);
        Files.writeString(manifest, goodManifest.replace("\"side\" : 32", "\"side\" : 31"));
        assertTrue(Failure.of(() -> OpenClipart.read(out, FULL)).endsWith("expected 31 x 31 pixels, found 32 x 32"));
        Files.writeString(manifest, goodManifest.replace("\"side\" : 32", "\"side\" : 0"));
        assertEquals(
                "openclipart: manifest.json: side is 0; need 1 to 256", Failure.of(() -> OpenClipart.read(out, FULL)));
        Files.writeString(manifest, goodManifest);
        Path zip = out.resolve("query-images.zip");
        byte[] all = Files.readAllBytes(zip);
        Files.write(zip, Arrays.copyOf(all, all.length / 4));
        assertTrue(Failure.of(() -> OpenClipart.read(out, FULL)).startsWith("images: query-images.zip: "));
        Files.delete(zip);
        assertEquals("openclipart: " + zip + ": no such file", Failure.of(() -> OpenClipart.read(out, FULL)));
    }

    /** The manifest with the digest of the file as it is now. */
    private static void sign(Path manifest, String good, Path items) throws IOException {
        Files.writeString(
                manifest,
                good.replaceFirst(
                        "(\"query-items\" : )\"[0-9a-f]*\"",
                        "$1\"" + OpenClipart.sha256(Files.readAllBytes(items)) + "\""));
    }
}
