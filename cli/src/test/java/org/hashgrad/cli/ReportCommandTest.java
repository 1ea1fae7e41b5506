package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.protocol.StoredRun;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class ReportCommandTest {
    private static final String EVIL = "evil <script>alert('1')< & \"2\"";

    private static Path folder = Path.of("");
    private static Path first = folder;
    private static Path second = folder;

    @BeforeAll
    static void train(@TempDir Path shared) {
        folder = shared;
        first = folder.resolve("first");
        second = folder.resolve(EVIL);
        Called.trainedBriefly(first, "-o", "data=embedded:20", "-o", "train.epochs=2")
                .endsWith(0);
        Called.trainedBriefly(second, "-o", "bits=65", "-o", "data=embedded:20", "-o", "ranking=real")
                .endsWith(0);
    }

    private static ReportFile report(Path out, Path... runs) throws IOException {
        List<String> line = new ArrayList<>(List.of("report", "--out", out.toString()));
        for (Path run : runs) {
            line.addAll(List.of("--run", run.toString()));
        }
        Called.with(line.toArray(String[]::new)).endsWith(0).saying("report: " + out);
        return ReportFile.read(out);
    }

    private static JsonNode json(Path run, String name) throws IOException {
        return new ObjectMapper().readTree(run.resolve(name).toFile());
    }

    @Test
    void oneRunBecomesAFileInItsFolderThatNeedsNoNetwork() throws IOException {
        Called.with("report", "--run", first.toString()).endsWith(0);
        Path file = first.resolve("report.html");
        assertTrue(Files.size(file) < 1_000_000, () -> "size of " + file);
        ReportFile page = ReportFile.read(file);
        for (String loading : List.of("script", "link", "iframe", "object", "embed", "base")) {
            assertEquals(List.of(), page.all(loading), loading);
        }
        for (Element element : page.all("*")) {
            for (String attribute : List.of("src", "href", "srcset", "data", "action", "style")) {
                String value = element.getAttribute(attribute);
                assertTrue(
                        value.isEmpty()
                                || value.startsWith("data:image/png;base64,")
                                || value.startsWith("#")
                                || value.equals("image-rendering: pixelated"),
                        () -> attribute + "=" + value);
            }
        }
        String style = page.texts("style").get(0);
        assertFalse(style.contains("url(") || style.contains("@import"), style);
    }

    @Test
    void everyPartIsThereWithTextForThoseWhoSeeNoPictures() throws IOException {
        ReportFile page = report(folder.resolve("parts.html"), first);
        Set<String> ids = page.all("section").stream()
                .map(section -> section.getAttribute("id"))
                .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "figures",
                        "retrieval-database",
                        "retrieval-held-out",
                        "gallery",
                        "training",
                        "bits",
                        "gradients",
                        "settings"),
                ids);
        assertEquals(
                ids.size(),
                page.all("nav").stream()
                        .mapToLong(nav -> ReportFile.all(nav, "a").size())
                        .sum());
        page.all("img").forEach(image -> assertFalse(image.getAttribute("alt").isEmpty()));
        List<Element> plots = page.ofClass("svg", "chart");
        plots.forEach(plot -> assertFalse(plot.getAttribute("aria-label").isEmpty()));
        List<String> titles = page.ofClass("text", "title").stream()
                .map(Element::getTextContent)
                .toList();
        assertEquals(plots.size(), titles.size());
        assertTrue(
                titles.containsAll(List.of(
                        "Loss",
                        "Learning rate",
                        "Precision and recall by radius",
                        "Precision and recall by rank",
                        "Precision of the first N",
                        "Hamming distances, first",
                        "Share of +1, bit by bit",
                        "|Correlation| of bits, first")),
                titles::toString);
        page.all("table")
                .forEach(table -> assertFalse(ReportFile.all(table, "th").isEmpty()));
        String gradients = page.section("gradients").getTextContent();
        assertTrue(gradients.contains("closed form") && gradients.contains("ok"), gradients);
        assertFalse(gradients.contains("FAILED"), gradients);
    }

    @Test
    void figuresAreThoseOfMetricsJsonToTheLastDigit() throws IOException {
        ReportFile page = report(folder.resolve("figures.html"), first, second);
        List<Element> rows = ReportFile.all(page.ofClass("table", "figures").get(0), "tr");
        List<String> databases =
                ReportFile.rows(page.ofClass("table", "figures").get(0)).get(1);
        assertEquals(List.of("figure", "database", "held-out", "database", "held-out"), databases);
        int compared = 0;
        for (Element row : rows.subList(2, rows.size())) {
            String key = ReportFile.all(row, "code").get(0).getTextContent();
            assertFalse(ReportFigures.meaning(key).isEmpty(), key);
            List<Element> cells = ReportFile.all(row, "td");
            for (int c = 0; c < cells.size(); c++) {
                JsonNode metrics = json(c < 2 ? first : second, "metrics.json");
                JsonNode at =
                        c % 2 == 0 ? metrics : metrics.required("by_database").required("held-out");
                for (String step : key.split("\\.", -1)) {
                    at = at.path(step);
                }
                List<Element> shown = ReportFile.all(cells.get(c), "data");
                assertEquals(at.isNumber(), !shown.isEmpty(), key);
                if (at.isNumber()) {
                    assertEquals(at.asText(), shown.get(0).getAttribute("value"), key);
                    assertEquals(
                            at.isInt() ? at.asText() : String.format(Locale.ROOT, "%.4f", at.doubleValue()),
                            shown.get(0).getTextContent());
                    compared++;
                }
            }
        }
        int numbers = numbers(json(first, "metrics.json")) + numbers(json(second, "metrics.json"));
        assertEquals(numbers, compared);
    }

    /** Numbers outside of lists and of the protocol's record. */
    private static int numbers(JsonNode node) {
        int count = node.isNumber() ? 1 : 0;
        for (JsonNode child : node) {
            count += node.isArray() ? 0 : numbers(child);
        }
        return count - (node.has("protocol") ? numbers(node.required("protocol")) : 0);
    }

    @Test
    void galleryShowsTheTenNearestAndMarksExactlyTheRelevantOnes() throws IOException {
        Path out = folder.resolve("gallery.html");
        Called.with(
                        "report",
                        "--run",
                        first.toString(),
                        "--out",
                        out.toString(),
                        "--database",
                        "held-out",
                        "--queries",
                        "9")
                .endsWith(0);
        ReportFile page = ReportFile.read(out);
        StoredRun run = StoredRun.open(first);
        Codes query = run.codes("query");
        Codes items = run.codes("held-out");
        Labels queryLabels = run.labels("query");
        Labels labels = run.labels("held-out");
        List<Element> cards = page.ofClass("article", "card");
        assertEquals(9, cards.size());
        int right = 0;
        for (Element card : cards) {
            int i = Integer.parseInt(
                    ReportFile.all(card, "img").get(0).getAttribute("alt").replaceAll("\\D.*?(\\d+):.*", "$1"));
            List<Integer> nearest = IntStream.range(0, items.count())
                    .boxed()
                    .sorted(Comparator.<Integer>comparingInt(j -> query.hamming(i, items, j))
                            .thenComparing(j -> j))
                    .limit(10)
                    .toList();
            List<Element> found = ReportFile.all(card, "li");
            assertEquals(
                    nearest,
                    found.stream()
                            .map(li -> Integer.valueOf(li.getAttribute("data-item")))
                            .toList());
            for (int r = 0; r < found.size(); r++) {
                boolean relevant = queryLabels.similar(i, labels, nearest.get(r));
                Element item = found.get(r);
                assertEquals(relevant ? "right" : "wrong", item.getAttribute("class"));
                assertTrue(item.getTextContent().startsWith(relevant ? "✓" : "✗"), item.getTextContent());
                assertTrue(item.getTextContent().endsWith("distance " + query.hamming(i, items, nearest.get(r))));
                right += relevant ? 1 : 0;
            }
        }
        assertTrue(right > 0 && right < 90, "the gallery of a weak run has right and wrong ones, right: " + right);
    }

    @Test
    void runsStandSideBySideAndNoNameBecomesMarkup() throws IOException {
        ReportFile page = report(folder.resolve("two.html"), first, second);
        assertEquals(List.of("2 runs side by side"), page.texts("h1"));
        assertEquals(List.of(), page.all("script"));
        assertEquals(
                List.of("first", EVIL),
                page.ofClass("div", "run").stream()
                        .map(run -> ReportFile.all(run, "h2").get(0).getTextContent())
                        .toList());
        List<List<String>> protocol = ReportFile.rows(
                ReportFile.all(page.section("settings"), "table").get(0));
        String name = json(first, "metrics.json")
                .required("protocol")
                .required("name")
                .textValue();
        assertTrue(protocol.contains(List.of("name", name, name, "")), protocol::toString);
        Element settings = ReportFile.all(page.section("settings"), "table").get(1);
        List<List<String>> rows = ReportFile.rows(settings);
        assertEquals(List.of("key", "first", EVIL, ""), rows.get(0));
        assertTrue(rows.contains(List.of("bits", "8", "65", "differs")), rows::toString);
        assertTrue(rows.contains(List.of("method", "dhn", "dhn", "")), rows::toString);
        for (Element card : page.ofClass("article", "card")) {
            assertEquals(2, ReportFile.all(card, "ol").size());
        }
        assertTrue(page.ofClass("text", "title").stream()
                .anyMatch(title -> title.getTextContent().equals("Distances of outputs, " + EVIL)));
    }

    @Test
    void plotsAreWrittenAsSvgAndPng() throws IOException {
        Path plots = folder.resolve("plots");
        Path out = folder.resolve("with-plots.html");
        Called.with(
                        "report",
                        "--run",
                        first.toString(),
                        "--run",
                        second.toString(),
                        "--out",
                        out.toString(),
                        "--plots",
                        plots.toString())
                .endsWith(0)
                .saying("as SVG and PNG");
        int shown = ReportFile.read(out).ofClass("svg", "chart").size();
        List<Path> files;
        try (var list = Files.list(plots)) {
            files = list.sorted().toList();
        }
        assertEquals(2 * shown, files.size());
        for (Path file : files) {
            if (file.toString().endsWith(".svg")) {
                assertEquals(
                        "svg", ReportFile.read(file).page().getDocumentElement().getNodeName());
            } else {
                assertNotNull(ImageIO.read(file.toFile()), file.toString());
            }
        }
    }

    @Test
    void whateverTheLogCallsAFigureItsPlotStaysInTheFolder() throws IOException {
        Path evil = copyWithout("evil-log", "report.html");
        Path log = evil.resolve("log.jsonl");
        Files.writeString(
                log,
                Files.readString(log)
                        .replace("\"loss\":", "\"../../a\":1,\"___..\\/..\\/a\":2,\"/tmp/b\":3,\"loss\":"));
        Path plots = folder.resolve("outer/inner/plots");
        Called.with("report", "--run", evil.toString(), "--no-gallery", "--no-gradcheck", "--plots", plots.toString())
                .endsWith(0);
        try (var all = Files.walk(folder.resolve("outer"))) {
            List<String> names = all.filter(Files::isRegularFile)
                    .map(file -> plots.relativize(file).toString())
                    .sorted()
                    .toList();
            assertTrue(names.containsAll(List.of(".._.._a.png", "---.._.._a.svg", "_tmp_b.svg")), names.toString());
            assertTrue(names.stream().noneMatch(name -> name.contains("/")), names.toString());
        }
    }

    @Test
    void namesOfLabelsAreReadOnce(@TempDir Path own) throws IOException {
        for (int i = 0; i < 24; i++) {
            Path picture = own.resolve("set/" + (i % 2 == 0 ? "cat" : "dog") + "/" + i + ".png");
            Files.createDirectories(picture.getParent());
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            RandomKey key = RandomKey.of(i);
            for (int p = 0; p < 64; p++) {
                image.setRGB(p % 8, p / 8, key.below(1 << 24, p));
            }
            ImageIO.write(image, "png", picture.toFile());
        }
        Path run = own.resolve("run");
        Called.trainedBriefly(
                        run,
                        "-o",
                        "data=folder:" + own.resolve("set") + "?side=8",
                        "-o",
                        "train.batch=4",
                        "-o",
                        "network=linear")
                .endsWith(0);
        StoredRun stored = StoredRun.open(run);
        assertEquals(List.of("cat", "dog"), stored.labelNames());
        Files.move(own.resolve("set"), own.resolve("gone"));
        assertEquals(List.of("cat", "dog"), stored.labelNames());
    }

    private static Path copyWithout(String name, String... left) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        try (var files = Files.list(first)) {
            for (Path file : files.toList()) {
                if (!List.of(left).contains(file.getFileName().toString())) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }
        }
        return copy;
    }

    @Test
    void whatIsNoFinishedRunIsOneLine() throws IOException {
        Called.with("report", "--run", folder.toString())
                .endsWith(2)
                .withOneLine("no run there; expected the file config.yaml");
        Path unfinished = copyWithout("unfinished", "metrics.json");
        Called.with("report", "--run", unfinished.toString())
                .endsWith(2)
                .withOneLine(unfinished.toString(), "the run did not finish: no metrics.json");
        Called.with(
                        "report",
                        "--run",
                        first.toString(),
                        "--run",
                        first.resolve(".").toString())
                .endsWith(2)
                .withOneLine("is given twice");
        Called.with("report", "--run", first.toString(), "--queries", "0")
                .endsWith(2)
                .withOneLine("--queries: need a number >= 1");
        Called.with(
                        "report",
                        "--run",
                        first.toString(),
                        "--out",
                        first.resolve("metrics.json").toString())
                .endsWith(2)
                .withOneLine("which it would replace");
    }

    @Test
    void withoutCodesOrDataTheGalleryIsLeftOutOnlyWhenAskedTo() throws IOException {
        Path small = copyWithout("small", "query-codes.npy", "database-codes.npy", "held-out-codes.npy", "report.html");
        Called.with("report", "--run", small.toString())
                .endsWith(2)
                .withOneLine(small.toString(), "no codes", "--no-gallery leaves the gallery out");
        assertFalse(Files.exists(small.resolve("report.html")));
        Called.with("report", "--run", small.toString(), "--no-gallery").endsWith(0);
        ReportFile page = ReportFile.read(small.resolve("report.html"));
        assertEquals(List.of(), page.ofClass("article", "card"));
        assertTrue(page.texts("h2").contains("Figures"));

        Path moved = copyWithout("moved", "config.yaml");
        String config = Files.readString(first.resolve("config.yaml"));
        Path gone = folder.resolve("gone");
        Files.writeString(
                moved.resolve("config.yaml"), config.replaceFirst("data: .*", "data: \"vectors:" + gone + "\""));
        Called.with("report", "--run", moved.toString())
                .endsWith(2)
                .withOneLine("the gallery shows samples of data vectors:" + gone, "can not be read", "--no-gallery");

        Path other = copyWithout("other", "config.yaml");
        Files.writeString(other.resolve("config.yaml"), config.replaceFirst("data: .*", "data: \"embedded:21\""));
        Called.with("report", "--run", other.toString())
                .endsWith(2)
                .withOneLine("query has other labels", "need the data that it was made of");
        Called.with("report", "--run", first.toString(), "--database", "nowhere")
                .endsWith(2)
                .withOneLine("no database or direction 'nowhere'", "[database, held-out]");
    }

    @Test
    void runOfTwoMediaShowsTextsWithTheImagesFoundAndTheReverse() throws IOException {
        Path run = folder.resolve("pairs");
        List<String> line =
                new ArrayList<>(List.of("train", "../configs/dcmh.yaml", "--backend", "cpu", "--run", run.toString()));
        for (String setting :
                List.of("data=openclipart:40", "train.epochs=1", "train.batch=20", "text.units=8", "bits=16")) {
            line.addAll(List.of("-o", setting));
        }
        Called.with(line.toArray(String[]::new)).endsWith(0);
        Path out = folder.resolve("pairs.html");
        Called.with("report", "--run", run.toString(), "--out", out.toString(), "--queries", "4")
                .endsWith(0);
        ReportFile page = ReportFile.read(out);
        for (Element row : ReportFile.all(page.ofClass("table", "figures").get(0), "tr")) {
            ReportFile.all(row, "code")
                    .forEach(key -> assertFalse(
                            ReportFigures.meaning(key.getTextContent()).isEmpty(), key.getTextContent()));
        }
        assertEquals(
                List.of("image → text", "text → image"),
                ReportFile.all(page.section("gallery"), "h3").stream()
                        .map(Element::getTextContent)
                        .toList());
        List<Element> cards = page.ofClass("article", "card");
        assertEquals(8, cards.size());
        StoredRun stored = StoredRun.open(run);
        for (Element card : cards) {
            boolean byImage = cards.indexOf(card) < 4;
            StoredRun.Search search = stored.headline().get(byImage ? 0 : 1);
            Codes query = stored.codes(search.query());
            Codes items = stored.codes(search.database());
            Labels queryLabels = stored.labels(search.query());
            Labels labels = stored.labels(search.database());
            int i = Integer.parseInt(
                    ReportFile.all(card, "figcaption").get(0).getTextContent().replaceFirst("query (\\d+) .*", "$1"));
            assertEquals(byImage ? 1 : 10, ReportFile.all(card, "img").size());
            assertEquals(byImage ? 10 : 1, ReportFile.all(card, "blockquote").size());
            for (Element found : ReportFile.all(card, "li")) {
                int j = Integer.parseInt(found.getAttribute("data-item"));
                assertEquals(queryLabels.similar(i, labels, j) ? "right" : "wrong", found.getAttribute("class"));
                assertTrue(found.getTextContent().endsWith("distance " + query.hamming(i, items, j)));
            }
        }
        List<List<String>> figures =
                ReportFile.rows(page.ofClass("table", "figures").get(0));
        assertEquals(
                List.of("figure", "both media", "image → text", "text → image", "image → image", "text → text"),
                figures.get(1));
        String own = Figures.text(
                json(run, "metrics.json").required("mAP_text_to_image").doubleValue());
        assertTrue(figures.stream()
                .anyMatch(row -> row.get(0).startsWith("mAP ") && row.get(3).equals(own)));
        Called.with("report", "--run", run.toString(), "--out", out.toString(), "--database", "text_to_text")
                .endsWith(0);
        assertEquals(List.of(), ReportFile.all(ReportFile.read(out).section("gallery"), "img"));
    }

    @Test
    void labelsThatLookLikeMarkupAreText() throws IOException {
        Path data = folder.resolve("classes");
        String label = "<script>alert(1)";
        for (String part : List.of("train", "test")) {
            for (String name : List.of(label, "b & \"c\"")) {
                Path of = Files.createDirectories(data.resolve(part).resolve(name));
                for (int i = 0; i < 4; i++) {
                    BufferedImage image = new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB);
                    image.setRGB(i, part.length(), name.hashCode());
                    ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
                }
            }
        }
        Path run = folder.resolve("of-folder");
        Called.trainedBriefly(run, "-o", "data=folder:" + data + "?side=16").endsWith(0);
        ReportFile page = report(folder.resolve("labels.html"), run);
        assertEquals(List.of(), page.all("script"));
        Set<String> labels = page.ofClass("span", "label").stream()
                .map(Element::getTextContent)
                .collect(Collectors.toSet());
        assertEquals(Set.of(label, "b & \"c\""), labels);
        Element image =
                ReportFile.all(page.ofClass("article", "card").get(0), "img").get(1);
        assertTrue(image.getAttribute("alt").matches("item \\d+: .*, (right|wrong)"), image.getAttribute("alt"));
    }

    @Test
    void lossesOfAReportAreThoseThatTheRunDescended() throws IOException {
        List<String> brief =
                List.of("data=openclipart:40", "train.epochs=1", "train.batch=20", "bits=16", "image.network=linear");
        Path cmch = trained(
                "../configs/cmch.yaml",
                brief,
                "likelihood=sigmoid",
                "loss.distance=inner",
                "text.units1=8",
                "text.units2=8");
        Path ssah = trained("../configs/ssah.yaml", brief, "text.scales=", "text.hidden.units=8");
        Path out = folder.resolve("losses.html");
        Called.with("report", "--run", cmch.toString(), "--out", out.toString(), "--no-gallery")
                .endsWith(0);
        ReportFile page = ReportFile.read(out);
        String gradients = page.section("gradients").getTextContent();
        assertTrue(gradients.contains("CmchLogisticLoss[alpha=1.0") && !gradients.contains("CmchLoss"), gradients);
        String objective = page.texts("pre").get(0);
        assertTrue(objective.contains("softplus(θ_ij) − s_ij θ_ij") && !objective.contains("γ"), objective);
        Called.with("report", "--run", ssah.toString(), "--out", out.toString(), "--no-gallery")
                .endsWith(0);
        gradients = ReportFile.read(out).section("gradients").getTextContent();
        for (String loss : List.of("PairwiseCrossEntropy[", "CodeRegression[", "LabelRegression[", "AdversaryLoss[")) {
            assertTrue(gradients.contains(loss), loss + " in " + gradients);
        }
        assertFalse(gradients.contains("Without a loss"), gradients);
    }

    private static Path trained(String config, List<String> settings, String... more) {
        Path run = folder.resolve("of-" + Path.of(config).getFileName());
        List<String> line = new ArrayList<>(List.of("train", config, "--backend", "cpu", "--run", run.toString()));
        Stream.concat(settings.stream(), Stream.of(more)).forEach(setting -> line.addAll(List.of("-o", setting)));
        Called.with(line.toArray(String[]::new)).endsWith(0);
        return run;
    }

    @Test
    void baselineOfASweepHasAReportOfItsFigures() throws IOException {
        Path spec = Files.writeString(
                folder.resolve("spec.yaml"), "baselines: [raw-pixels]\nset: {data: \"embedded:2\"}\n");
        Path runs = folder.resolve("runs");
        Called.with("sweep", spec.toString(), "--runs", runs.toString(), "--backend", "cpu")
                .endsWith(0);
        Path run;
        try (var cells = Files.list(runs)) {
            run = cells.filter(Files::isDirectory).findFirst().orElseThrow();
        }
        Path out = folder.resolve("baseline.html");
        Called.with("report", "--run", run.toString(), "--out", out.toString(), "--no-gallery")
                .endsWith(0);
        ReportFile page = ReportFile.read(out);
        assertTrue(page.texts("h1").get(0).startsWith("raw-pixels"), page.texts("h1")::toString);
        assertTrue(page.section("gradients").getTextContent().contains("Without a loss"));
    }
}
