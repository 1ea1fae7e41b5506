package org.hashgrad.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.hashgrad.hashing.protocol.TrainedRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Keywords of images, by the label head of a run. */
@Command(
        name = "tag",
        description = {
            "Prints the labels that a run's label head finds most probable for images, with their probabilities, each label for itself. Methods with"
                    + " a label head: ssah.",
            "",
            "Images of any size are prepared as for search --image."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad tag --run runs/ssah --image cat.png",
            "  hashgrad tag --run runs/ssah --image photos --top 3 --json tags.json"
        },
        mixinStandardHelpOptions = true)
final class TagCommand extends Action {
    @Mixin
    private BackendOptions backends = new BackendOptions();

    @Option(names = "--run", paramLabel = "DIR", required = true, description = "The run whose label head is asked.")
    private Path run = Path.of("");

    @Option(
            names = "--image",
            paramLabel = "F",
            required = true,
            arity = "1..*",
            description = "Image files, or folders of PNG and JPEG files.")
    private List<Path> images = List.of();

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "5",
            description = "The N most probable labels, all where there are fewer. Default: 5.")
    private int top;

    @Option(names = "--json", paramLabel = "F", description = "Write the labels to F instead of printing them.")
    private @Nullable Path json;

    /** The most probable labels of an image, those of equal probability in the order of the data set. */
    private record Tags(String image, List<String> labels, List<Float> probabilities) {
        static Tags of(Path image, float[] probability, List<String> names, int top) {
            List<Integer> best = IntStream.range(0, probability.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(c -> -probability[c]))
                    .limit(top)
                    .toList();
            return new Tags(
                    image.toString(),
                    best.stream().map(names::get).toList(),
                    best.stream().map(c -> probability[c]).toList());
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("image", image);
            map.put("labels", labels);
            map.put("probabilities", probabilities);
            return map;
        }
    }

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw wrongUsage("--top: expected a number >= 1, found " + top);
        }
        List<Path> files = new ArrayList<>();
        for (Path each : images) {
            files.addAll(EncodeCommand.imageFiles(each));
        }
        if (json != null) {
            List<Path> inputs = new ArrayList<>(files);
            inputs.add(run);
            Json.requireWritable(json, inputs);
        }
        List<Tags> tags = tags(files);
        if (json != null) {
            Json.write(json, tags.stream().map(Tags::toMap).toList());
        } else {
            out().print(table(tags));
            out().flush();
        }
        return ExitCodes.DONE;
    }

    private List<Tags> tags(List<Path> files) {
        try (BackendOptions.Opened opened = backends.open();
                TrainedRun trained = TrainedRun.open(run, opened.backend())) {
            List<float[]> probabilities = trained.labelProbabilities(files);
            List<String> names = trained.labelNames();
            return IntStream.range(0, files.size())
                    .mapToObj(i -> Tags.of(files.get(i), probabilities.get(i), names, top))
                    .toList();
        }
    }

    private static Table table(List<Tags> tags) {
        Table table = new Table("image", "rank", "label", "probability");
        for (Tags each : tags) {
            for (int i = 0; i < each.labels().size(); i++) {
                table.row(
                        each.image(),
                        Integer.toString(i + 1),
                        each.labels().get(i),
                        String.format(Locale.ROOT, "%.3f", each.probabilities().get(i)));
            }
        }
        return table;
    }
}
