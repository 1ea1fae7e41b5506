package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.TextSet;
import org.hashgrad.hashing.protocol.DataOverview;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What there is behind a value of {@code data}. */
@Command(
        name = "info",
        description = {
            "Says what a value of `data` stands for: how many items each part has, their shape and labels, items of each label in"
                    + " each part, and some texts.",
            "",
            "DATA is what a configuration has: embedded, openclipart, fashion-mnist:FOLDER, vectors:FOLDER, paired:FOLDER; or files"
                    + " of your own or of a paper: folder:PLACE (a folder per class), list:PLACE (train.txt, test.txt, database.txt"
                    + " with `path 0 1 0` lines), csv:FILE (path, labels, text, split), cifar10:, cifar100:, mirflickr:, mirflickr-38:, nus-wide-10:,"
                    + " nus-wide-21:, nus-wide-81:, iapr-tc12:, coco:, and packed:FOLDER, which `hashgrad data import` makes.",
            "",
            "Behind PLACE, ?side=64 has pictures squeezed to 64 x 64 (32 unless given), ?side=224&resize=256 has windows cut out of"
                    + " scaled ones, with &crops=10 codes of the mean output for ten of them, and ?corrupt=skip leaves pictures out that can't be read; ?root=FOLDER says what the paths of lists are"
                    + " relative to; ?protocol=cifar10/59k divides"
                    + " the items as that protocol of `hashgrad protocols` does. Quote it: a shell reads ? and &."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad data info embedded",
            "  hashgrad data info folder:photos",
            "  hashgrad data info 'csv:my.csv?side=64' --texts 10"
        },
        mixinStandardHelpOptions = true)
final class DataInfoCommand extends Action {
    private static final int WORDS = 12;

    @Parameters(paramLabel = "DATA", description = "As in a configuration.")
    private @Nullable String data;

    @Option(
            names = "--classes",
            paramLabel = "N",
            description = "Labels listed, by frequency; ${DEFAULT-VALUE} unless given.")
    private int classes = 50;

    @Option(names = "--texts", paramLabel = "N", description = "Texts shown; ${DEFAULT-VALUE} unless given.")
    private int texts = 3;

    @Override
    public Integer call() {
        DataOverview overview = DataOverview.of(Objects.requireNonNull(data));
        out().print(parts(overview));
        out().println();
        out().print(labels(overview));
        overview.texts().values().stream()
                .filter(TextSet.class::isInstance)
                .map(TextSet.class::cast)
                .findFirst()
                .ifPresent(this::printTexts);
        out().flush();
        return ExitCodes.DONE;
    }

    private static Table parts(DataOverview overview) {
        Table table = new Table("part", "items", "unlabelled", "labels/item", "sample", "text", "empty texts");
        overview.parts().forEach((name, set) -> {
            Labels labels = set.labels();
            int unlabelled = 0;
            long carried = 0;
            for (int i = 0; i < labels.count(); i++) {
                unlabelled += labels.labelled(i) ? 0 : 1;
                for (int c = 0; c < labels.classes(); c++) {
                    carried += labels.has(i, c) ? 1 : 0;
                }
            }
            SampleSet words = overview.texts().get(name);
            table.row(
                    name,
                    String.valueOf(set.count()),
                    String.valueOf(unlabelled),
                    String.format(Locale.ROOT, "%.2f", (double) carried / Math.max(1, set.count())),
                    set.sample().toString(),
                    words == null ? "-" : words.sample().toString(),
                    words instanceof TextSet texts ? String.valueOf(empty(texts)) : "-");
        });
        return table;
    }

    private static long empty(TextSet texts) {
        return texts.texts().stream().filter(List::isEmpty).count();
    }

    private Table labels(DataOverview overview) {
        List<String> heads = new ArrayList<>(List.of("label"));
        heads.addAll(overview.parts().keySet());
        Table table = new Table(heads.toArray(String[]::new));
        List<int[]> counts = new ArrayList<>();
        for (SampleSet set : overview.parts().values()) {
            counts.add(counts(set.labels(), overview.classes().size()));
        }
        java.util.stream.IntStream.range(0, overview.classes().size())
                .boxed()
                .sorted((a, b) -> Integer.compare(sum(counts, b), sum(counts, a)))
                .limit(Math.max(0, classes))
                .forEach(c -> {
                    List<String> row =
                            new ArrayList<>(List.of(overview.classes().get(c)));
                    counts.forEach(part -> row.add(String.valueOf(part[c])));
                    table.row(row.toArray(String[]::new));
                });
        return table;
    }

    private static int sum(List<int[]> counts, int c) {
        return counts.stream().mapToInt(part -> part[c]).sum();
    }

    private static int[] counts(Labels labels, int classes) {
        int[] counts = new int[classes];
        for (int i = 0; i < labels.count(); i++) {
            for (int c = 0; c < labels.classes(); c++) {
                counts[c] += labels.has(i, c) ? 1 : 0;
            }
        }
        return counts;
    }

    private void printTexts(TextSet set) {
        out().println();
        set.texts().stream().limit(Math.max(0, texts)).forEach(words -> out().println(
                        "text: " + String.join(" ", words.subList(0, Math.min(WORDS, words.size())))
                                + (words.size() > WORDS ? " ..." : "")));
    }
}
