package org.hashgrad.cli;

import java.util.List;
import java.util.Objects;
import org.hashgrad.hashing.data.BrokenPictures;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.PackedData;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.TextSet;
import org.hashgrad.hashing.protocol.DataOverview;
import org.hashgrad.hashing.protocol.FileData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads everything there is behind a value of {@code data}. */
@Command(
        name = "verify",
        description = {
            "Reads everything behind a value of `data`: every picture is decoded, lists and labels are held against each other,"
                    + " pairs must be complete, and files that have digests must have kept them.",
            "",
            "Every picture that can't be read gets a line. Exit code 0: all is well; 1: something is broken; 2: it can't be read"
                    + " at all. `hashgrad data info --help` says what DATA can be."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  hashgrad data verify openclipart", "  hashgrad data verify folder:photos"},
        mixinStandardHelpOptions = true)
final class DataVerifyCommand extends Action {
    @Parameters(paramLabel = "DATA", description = "As in a configuration.")
    private @Nullable String data;

    @Option(names = "--most", paramLabel = "N", description = "Lines about pictures; ${DEFAULT-VALUE} unless given.")
    private int most = 100;

    @Override
    public Integer call() {
        String name = Objects.requireNonNull(data);
        FileData files = DataOverview.files(name).orElse(null);
        if (files == null) {
            // Reading it compares counts and digests, and there are no pictures outside of it.
            DataOverview overview = DataOverview.of(name);
            int items = overview.parts().values().stream()
                    .mapToInt(SampleSet::count)
                    .sum();
            out().println(name + ": " + items + " items in " + overview.parts().size() + " parts are whole");
            out().flush();
            return ExitCodes.DONE;
        }
        List<String> changes = files.kind() == FileData.Kind.PACKED ? PackedData.changes(files.place()) : List.of();
        changes.forEach(err()::println);
        Dataset set = files.whole();
        BrokenPictures broken = BrokenPictures.of(set.images());
        broken.reasons().values().stream().limit(Math.max(0, most)).forEach(err()::println);
        err().flush();
        int found = changes.size() + broken.reasons().size();
        if (found == 0) {
            DataOverview.requireFeatures(name);
        }
        out().println(name + ": " + set.count() + " items, " + set.classes().size() + " labels"
                + set.texts()
                        .map(texts -> ", " + emptyTexts(texts) + " empty texts")
                        .orElse("")
                + ": " + (found == 0 ? "all is whole" : found + " broken"));
        out().flush();
        return found == 0 ? ExitCodes.DONE : ExitCodes.STOPPED;
    }

    private static long emptyTexts(SampleSet texts) {
        return texts instanceof TextSet words
                ? words.texts().stream().filter(List::isEmpty).count()
                : 0;
    }
}
