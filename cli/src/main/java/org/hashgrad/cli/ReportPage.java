package org.hashgrad.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.hashgrad.hashing.protocol.MethodDescription;
import org.hashgrad.hashing.protocol.StoredRun;

/** The page of a report: HTML that is also XML, with its styles, plots and images inside. */
final class ReportPage {
    private static final String STYLE = "report.css";

    private final List<ReportRun> runs;
    private final StringBuilder body = new StringBuilder();
    private final Map<String, String> contents = new LinkedHashMap<>();

    ReportPage(List<ReportRun> runs) {
        this.runs = runs;
    }

    /** Adds a section; nothing where there is nothing in it. */
    void section(String id, String title, String introduction, String html) {
        if (html.isEmpty()) {
            return;
        }
        contents.put(id, title);
        body.append("<section id=\"")
                .append(id)
                .append("\">\n")
                .append(Html.element("h2", title))
                .append('\n');
        if (!introduction.isEmpty()) {
            body.append(Html.element("p", introduction)).append('\n');
        }
        body.append(html).append("</section>\n");
    }

    /** Plots beside each other, each with its caption. */
    static String plots(List<ReportPlots.Plot> plots) {
        if (plots.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<div class=\"plots\">\n");
        plots.forEach(plot -> html.append("<figure>\n")
                .append(plot.svg())
                .append(Html.element("figcaption", plot.caption()))
                .append("</figure>\n"));
        return html.append("</div>\n").toString();
    }

    String title() {
        return runs.size() == 1
                ? runs.get(0).stored().method() + ", " + runs.get(0).setting("bits") + " bits"
                : runs.size() + " runs side by side";
    }

    /** The whole page. */
    String html() {
        StringBuilder html = new StringBuilder();
        html.append("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n")
                .append("<meta charset=\"utf-8\"/>\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\"/>\n")
                .append(Html.element("title", title() + " · hashgrad"))
                .append("\n<style>\n")
                .append(style())
                .append("</style>\n</head>\n<body>\n<header>\n")
                .append(Html.element("h1", title()))
                .append("\n<div class=\"runs\">\n");
        runs.forEach(run -> html.append(summary(run)));
        html.append("</div>\n</header>\n<nav aria-label=\"Contents\"><ul>\n");
        contents.forEach((id, name) -> html.append("<li><a href=\"#")
                .append(id)
                .append("\">")
                .append(Html.escape(name))
                .append("</a></li>\n"));
        return html.append("</ul></nav>\n<main>\n")
                .append(body)
                .append(
                        "</main>\n<footer><p>Written by <code>hashgrad report</code> from run folders; everything is inside this file.</p>"
                                + "</footer>\n</body>\n</html>\n")
                .toString();
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream(STYLE), STYLE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(STYLE, e);
        }
    }

    private static String summary(ReportRun run) {
        StoredRun stored = run.stored();
        Optional<MethodDescription> description = stored.description();
        StringBuilder html = new StringBuilder("<div class=\"run\">\n<h2><i class=\"chip c");
        html.append(run.hue() % LineChart.COLOURS.size()).append("\"></i>").append(Html.escape(run.name()));
        html.append("</h2>\n<p class=\"big\">");
        html.append(big("mAP", stored.metrics().get("mAP")));
        html.append(big("image → text", stored.metrics().get("mAP_image_to_text")));
        html.append(big("text → image", stored.metrics().get("mAP_text_to_image")));
        html.append(big("held-out mAP", stored.metrics().get("mAP_held_out")));
        html.append(big("within radius 2", stored.metrics().get("precision_at_radius_2")));
        html.append("</p>\n<dl>\n");
        Map<String, Object> at = stored.environment();
        item(
                html,
                "method",
                stored.method()
                        + description
                                .map(described -> " (" + described.paper() + ")")
                                .orElse(""));
        item(html, "bits", run.setting("bits"));
        item(html, "data", run.setting("data"));
        item(html, "protocol", protocol(run));
        item(html, "seed", run.setting("seed"));
        item(html, "backend", at.get("backend") + ", " + at.get("precision") + ", on " + at.get("device"));
        item(html, "commit", String.valueOf(at.get("commit")));
        html.append("</dl>\n");
        description.ifPresent(described -> objective(html, described.equation()));
        return html.append("</div>\n").toString();
    }

    private static String big(String name, @org.jspecify.annotations.Nullable Object value) {
        return value instanceof Number number
                ? "<span><b>" + Figures.text(number.doubleValue()) + "</b> " + Html.escape(name) + "</span>"
                : "";
    }

    private static void item(StringBuilder html, String name, String value) {
        if (!value.isEmpty()) {
            html.append("<div>")
                    .append(Html.element("dt", name))
                    .append(Html.element("dd", value))
                    .append("</div>\n");
        }
    }

    private static String protocol(ReportRun run) {
        Map<String, Object> metrics = run.stored().metrics();
        if (metrics.get("queries") == null) {
            return "";
        }
        Object name = run.protocol().get("name");
        return (name == null ? "" : name + ": ") + metrics.get("queries") + " queries in a database of "
                + metrics.get("database") + "; relevant is what shares a label; equal distances in every order";
    }

    private static void objective(StringBuilder html, List<String> equation) {
        if (!equation.isEmpty()) {
            html.append("<details><summary>Objective</summary><pre>")
                    .append(Html.escape(String.join("\n", equation)))
                    .append("</pre></details>\n");
        }
    }

    /** Keys down, runs across; a row in which runs differ is marked. */
    String settings(String caption, Function<ReportRun, Map<String, Object>> of) {
        Set<String> keys = new LinkedHashSet<>();
        runs.forEach(run -> keys.addAll(of.apply(run).keySet()));
        List<String> heads = new ArrayList<>(List.of("key"));
        runs.forEach(run -> heads.add(run.name()));
        if (runs.size() > 1) {
            heads.add("");
        }
        List<List<String>> rows = new ArrayList<>();
        for (String key : keys) {
            List<String> row = new ArrayList<>(List.of(key));
            runs.forEach(run -> row.add(
                    of.apply(run).containsKey(key)
                            ? String.valueOf(of.apply(run).get(key))
                            : "–"));
            if (runs.size() > 1) {
                row.add(row.subList(1, row.size()).stream().distinct().count() > 1 ? "differs" : "");
            }
            rows.add(row);
        }
        return Html.table(caption, heads, rows);
    }

    /** What {@code train} has drawn into the folders. */
    String drawings() {
        StringBuilder html = new StringBuilder();
        for (ReportRun run : runs) {
            Path picture = run.stored().path().resolve(DistancePlot.PICTURE);
            if (Files.isRegularFile(picture)) {
                try {
                    html.append("<figure class=\"drawing\"><img src=\"")
                            .append(Html.png(Files.readAllBytes(picture)))
                            .append(
                                    "\" alt=\"Histogram of visual distances of similar and dissimilar pairs with fitted densities\"/>")
                            .append(Html.element(
                                    "figcaption", run.name() + ": visual distances, fitted densities and thresholds."))
                            .append("</figure>\n");
                } catch (IOException e) {
                    throw new UncheckedIOException(picture.toString(), e);
                }
            }
        }
        return html.toString();
    }
}
