package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hashgrad.hashing.loss.LossDescription;
import org.hashgrad.hashing.loss.ShippedLosses;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What losses there are. */
@Command(
        name = "losses",
        description = {
            "Lists the losses: paper, place in the surveys of learning to hash, formula, shapes, and each form with its parameters.",
            "",
            "A configuration takes a name with its parameters, or a weighted sum of terms, which are listed last."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad losses",
            "  hashgrad losses DhnLoss triplet",
            "  hashgrad losses --likelihoods likelihoods.png"
        },
        mixinStandardHelpOptions = true)
final class LossesCommand extends Action {
    @Parameters(
            paramLabel = "TEXT",
            arity = "0..*",
            description = "Only losses that have this in their name, kind, paper or place. All without it.")
    private List<String> wanted = new ArrayList<>();

    @Option(names = "--json", paramLabel = "F", description = "Write the list to F.")
    private @Nullable Path json;

    @Option(
            names = "--likelihoods",
            paramLabel = "F",
            description =
                    "Draw the probability that a pair is similar against the Hamming distance of codes of 64 bits, "
                            + "logistic and Cauchy's, to F as a PNG, and nothing else.")
    private @Nullable Path likelihoods;

    @Override
    public Integer call() {
        if (likelihoods != null) {
            LikelihoodPlot.draw(likelihoods, err());
            out().println(likelihoods);
            out().flush();
            return ExitCodes.DONE;
        }
        if (json != null) {
            Json.requireWritable(json, List.of());
        }
        List<LossDescription> losses =
                LossDescription.all().stream().filter(this::isWanted).toList();
        if (losses.isEmpty()) {
            throw wrongUsage("losses: none has " + String.join(" or ", wanted)
                    + " in its name, kind, paper or place; hashgrad losses lists all");
        }
        Map<String, List<LossDescription>> byType = new LinkedHashMap<>();
        losses.forEach(loss ->
                byType.computeIfAbsent(loss.type(), t -> new ArrayList<>()).add(loss));
        byType.values().forEach(this::print);
        if (wanted.isEmpty()) {
            out().println("terms of a weighted sum, loss: {TERM: WEIGHT, …}");
            ShippedLosses.terms().forEach(term -> out().println("  " + term.name() + "  " + term.loss()));
        }
        out().flush();
        if (json != null) {
            Json.write(json, losses);
        }
        return ExitCodes.DONE;
    }

    private boolean isWanted(LossDescription loss) {
        String text = String.join(" ", loss.name(), loss.kind(), loss.paper(), String.join(" ", loss.place()))
                .toLowerCase(Locale.ROOT);
        return wanted.isEmpty() || wanted.stream().anyMatch(part -> text.contains(part.toLowerCase(Locale.ROOT)));
    }

    private void print(List<LossDescription> forms) {
        LossDescription first = forms.get(0);
        out().println(first.type() + ", " + first.kind());
        out().println("  paper    " + first.paper());
        out().println("  place    " + String.join(", ", first.place()));
        String label = "  formula  ";
        for (String line : first.equation()) {
            out().println(label + line);
            label = " ".repeat(label.length());
        }
        out().println("  shapes   " + first.shapes());
        for (LossDescription form : forms) {
            List<String> parameters = new ArrayList<>();
            form.parameters().forEach((name, value) -> parameters.add(name + "=" + value));
            out().println("  form     " + form.name() + ": " + String.join(" ", parameters));
        }
        out().println();
    }
}
