package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.TextSet;
import org.hashgrad.hashing.protocol.StoredRun.Search;

/** Queries with what each run finds for them, nearest first; equally near ones in the database's order. */
final class ReportGallery {
    private static final int FOUND = 10;
    private static final int LONGEST_TEXT = 140;

    private final Optional<String> wanted;
    private final int queries;

    /**
     * @param wanted the name of the search that is shown; without it those of the headline
     * @param queries how many are shown, at least 1
     */
    ReportGallery(Optional<String> wanted, int queries) {
        this.wanted = wanted;
        this.queries = queries;
    }

    /**
     * A card for each query; runs on the same data share theirs.
     *
     * @throws DataException when codes or data of a run are not there, with what to do
     */
    String html(List<ReportRun> runs) {
        Map<String, List<ReportRun>> byData = new LinkedHashMap<>();
        runs.forEach(run -> byData.computeIfAbsent(
                        run.setting("data") + " " + run.stored().hasTwoMedia(), key -> new ArrayList<>())
                .add(run));
        StringBuilder html = new StringBuilder();
        for (List<ReportRun> group : byData.values()) {
            List<Search> shown = searches(group.get(0));
            for (Search search : shown) {
                if (shown.size() > 1) {
                    html.append(Html.element("h3", ReportFigures.title(search.name())));
                }
                html.append(cards(search, group));
            }
        }
        return html.toString();
    }

    private List<Search> searches(ReportRun run) {
        if (wanted.isEmpty()) {
            return run.stored().headline();
        }
        return List.of(run.search(wanted.get())
                .orElseThrow(() -> new DataException("report: " + run.stored().path() + ": no database or direction '"
                        + wanted.get() + "'; there are " + ReportRun.searches(List.of(run)))));
    }

    private String cards(Search search, List<ReportRun> group) {
        for (ReportRun run : group) {
            if (!run.stored().hasCodes(search)) {
                throw new DataException("report: " + run.stored().path() + ": no codes of " + search.query() + " and "
                        + search.database() + ", which the gallery shows; " + ReportCommand.NO_GALLERY
                        + " leaves the gallery out");
            }
            samples(run, search.query());
            samples(run, search.database());
        }
        SampleSet query = samples(group.get(0), search.query());
        SampleSet items = samples(group.get(0), search.database());
        StringBuilder html = new StringBuilder();
        for (int i : chosen(group.get(0).averagePrecision(search))) {
            html.append(card(i, query, items, search, group));
        }
        return html.toString();
    }

    private static SampleSet samples(ReportRun run, String set) {
        try {
            return run.stored().samples(set);
        } catch (DataException | IllegalArgumentException e) {
            throw new DataException(
                    "report: " + run.stored().path() + ": the gallery shows samples of data "
                            + run.setting("data") + ", which can not be read: " + e.getMessage() + "; "
                            + ReportCommand.NO_GALLERY + " leaves the gallery out",
                    e);
        }
    }

    /** From the best to the worst query in equal steps of rank, so that failures are seen. */
    private int[] chosen(List<Double> averagePrecision) {
        List<Integer> order = IntStream.range(0, averagePrecision.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -averagePrecision.get(i))
                        .thenComparing(i -> i))
                .toList();
        int count = Math.min(queries, order.size());
        return IntStream.range(0, count)
                .map(i -> order.get(count == 1 ? 0 : (int) ((long) i * (order.size() - 1) / (count - 1))))
                .toArray();
    }

    private String card(int i, SampleSet query, SampleSet items, Search search, List<ReportRun> runs) {
        StringBuilder html = new StringBuilder();
        List<String> names = runs.get(0).stored().labelNames();
        String labels = labels(query.labels(), i, names);
        html.append("<article class=\"card\">\n<figure class=\"query\">")
                .append(sample(query, i, "query " + i + ": " + labels))
                .append("<figcaption><span class=\"kind\">query ")
                .append(i)
                .append("</span> ")
                .append(Html.escape(labels))
                .append("</figcaption></figure>\n<div class=\"results\">\n");
        for (ReportRun run : runs) {
            double precision = run.averagePrecision(search).get(i);
            html.append("<p class=\"by\">");
            if (runs.size() > 1) {
                html.append("<i class=\"chip c")
                        .append(run.hue() % LineChart.COLOURS.size())
                        .append("\"></i>")
                        .append(Html.escape(run.name()))
                        .append(' ');
            }
            html.append(
                    String.format(Locale.ROOT, "<span class=\"kind\">average precision %.3f</span></p>\n", precision));
            boolean roomy = items instanceof TextSet || items.labels() instanceof MultiLabels;
            html.append(roomy ? "<ol class=\"found roomy\">\n" : "<ol class=\"found\">\n");
            double[] distance = run.distances(search, i);
            for (int j : nearest(distance)) {
                html.append(found(query, i, items, j, distance[j], names));
            }
            html.append("</ol>\n");
        }
        return html.append("</div>\n</article>\n").toString();
    }

    private static String found(SampleSet query, int i, SampleSet items, int j, double distance, List<String> names) {
        boolean right = query.labels().similar(i, items.labels(), j);
        String labels = labels(items.labels(), j, names);
        String verdict = right ? "right" : "wrong";
        return "<li class=\"" + verdict + "\" data-item=\"" + j + "\">"
                + sample(items, j, "item " + j + ": " + labels + ", " + verdict)
                + "<span class=\"mark\" aria-hidden=\"true\">" + (right ? "✓" : "✗") + "</span>"
                + "<span class=\"label\">" + Html.escape(labels) + "</span>"
                + "<span class=\"kind\">distance " + SvgChart.number(distance) + "</span></li>\n";
    }

    private static int[] nearest(double[] distance) {
        return IntStream.range(0, distance.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(j -> distance[j]).thenComparing(j -> j))
                .limit(FOUND)
                .mapToInt(j -> j)
                .toArray();
    }

    private static String labels(Labels labels, int i, List<String> names) {
        String all = IntStream.range(0, labels.classes())
                .filter(c -> labels.has(i, c))
                .mapToObj(c -> c < names.size() ? names.get(c) : "label " + c)
                .collect(Collectors.joining(", "));
        return all.isEmpty() ? "no label" : all;
    }

    private static String sample(SampleSet set, int i, String alternative) {
        Optional<byte[]> picture = Thumbnail.png(set, i);
        if (picture.isPresent()) {
            return "<img src=\"" + Html.png(picture.get()) + "\" alt=\"" + Html.escape(alternative) + "\"/>";
        }
        if (set instanceof TextSet texts) {
            String words = String.join(" ", texts.texts().get(i));
            String shown = words.isEmpty() ? "(no words)" : words;
            return "<blockquote>"
                    + Html.escape(shown.length() <= LONGEST_TEXT ? shown : shown.substring(0, LONGEST_TEXT) + "…")
                    + "</blockquote>";
        }
        return "<span class=\"vector\">vector " + i + "</span>";
    }
}
