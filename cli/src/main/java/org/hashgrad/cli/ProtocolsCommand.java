package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.metric.Convention;
import org.hashgrad.hashing.protocol.Protocol;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What protocols there are. */
@Command(
        name = "protocols",
        description = {
            "Lists the protocols: data, split rule, counts, relevance, top N, ties and what may overlap; each with its version and hash.",
            "",
            "Two figures compare when the hashes of their rules and of their lists are equal; a run prints and stores both."
                    + " 'data' in a configuration reaches a protocol as the line 'reached_by' says. --conventions lists what well-known codes compute otherwise."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  hashgrad protocols", "  hashgrad protocols cifar10/59k", "  hashgrad protocols --conventions"},
        mixinStandardHelpOptions = true)
final class ProtocolsCommand extends Action {
    @Parameters(paramLabel = "NAME", arity = "0..*", description = "Only these. All without it.")
    private List<String> wanted = List.of();

    @Option(names = "--conventions", description = "The conventions of 'hashgrad evaluate --convention' instead.")
    private boolean conventions;

    @Option(names = "--json", paramLabel = "F", description = "Write the records to F.")
    private @Nullable Path json;

    @Override
    public Integer call() {
        if (json != null) {
            Json.requireWritable(json, List.of());
        }
        if (conventions) {
            Convention.all().forEach(this::print);
            out().flush();
            return ExitCodes.DONE;
        }
        List<Protocol> protocols = wanted.isEmpty()
                ? Protocol.all()
                : wanted.stream().map(Protocol::named).toList();
        protocols.forEach(this::print);
        out().flush();
        if (json != null) {
            Json.write(json, protocols.stream().map(ProtocolsCommand::record).toList());
        }
        return ExitCodes.DONE;
    }

    private static Map<String, Object> record(Protocol protocol) {
        Map<String, Object> map = new LinkedHashMap<>(protocol.toMap());
        map.put("rule_hash", protocol.ruleHash());
        map.put("reached_by", "data: " + protocol.dataKey());
        map.put("note", protocol.note());
        return map;
    }

    private void print(Protocol protocol) {
        out().println(protocol.name());
        record(protocol).forEach((key, value) -> {
            if (!key.equals("name")) {
                out().println("  " + key + " ".repeat(Math.max(1, 17 - key.length())) + value);
            }
        });
        out().println();
    }

    private void print(Convention convention) {
        out().println(convention.name());
        out().println("  " + convention.source());
        convention.differences().forEach(line -> out().println("  - " + line));
        out().println();
    }
}
