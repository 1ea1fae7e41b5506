package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hashgrad.hashing.protocol.MethodDescription;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What methods there are. */
@Command(
        name = "methods",
        description = {
            "Lists the hashing methods: paper, place in the surveys of learning to hash, objective, and keys with their defaults.",
            "",
            "docs/protocols.md says what each key means; configs/NAME.yaml is a configuration that runs."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad methods",
            "  hashgrad methods dhn",
            "  hashgrad methods --json methods.json --markdown methods.md"
        },
        mixinStandardHelpOptions = true)
final class MethodsCommand extends Action {
    @Parameters(paramLabel = "NAME", arity = "0..*", description = "Only these. All without it.")
    private List<String> wanted = List.of();

    @Option(names = "--json", paramLabel = "F", description = "Write the list to F.")
    private @Nullable Path json;

    @Option(names = "--markdown", paramLabel = "F", description = "Write the list to F as a table.")
    private @Nullable Path markdown;

    @Override
    public Integer call() {
        if (json != null) {
            Json.requireWritable(json, List.of());
        }
        List<MethodDescription> all = MethodDescription.all();
        for (String name : wanted) {
            if (all.stream().noneMatch(method -> method.name().equals(name))) {
                throw wrongUsage("methods: no method is named " + name + "; there are "
                        + all.stream().map(MethodDescription::name).collect(Collectors.joining(", ")));
            }
        }
        List<MethodDescription> methods = all.stream()
                .filter(method -> wanted.isEmpty() || wanted.contains(method.name()))
                .toList();
        methods.forEach(this::print);
        out().flush();
        if (json != null) {
            Json.write(json, methods);
        }
        if (markdown != null) {
            SweepCommand.write(markdown, table(methods));
        }
        return ExitCodes.DONE;
    }

    private void print(MethodDescription method) {
        out().println(method.name());
        out().println("  paper       " + method.paper());
        out().println("  place       " + String.join(", ", method.place()));
        String label = "  objective   ";
        for (String line : method.equation()) {
            out().println(label + line);
            label = " ".repeat(label.length());
        }
        out().println("  parameters  " + parameters(method.parameters()));
        out().println();
    }

    private static String parameters(Map<String, Object> parameters) {
        return parameters.entrySet().stream()
                .map(key -> key.getKey() + "=" + key.getValue())
                .collect(Collectors.joining(" "));
    }

    private static String table(List<MethodDescription> methods) {
        return Markdown.table(
                List.of("method", "paper", "place", "objective", "parameters"),
                methods.stream()
                        .map(method -> List.of(
                                method.name(),
                                method.paper(),
                                String.join(", ", method.place()),
                                String.join("; ", method.equation()),
                                parameters(method.parameters())))
                        .toList());
    }
}
