package org.hashgrad.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.hashgrad.hashing.code.CodeDetails;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.CodeStore;
import org.hashgrad.hashing.code.MultiIndex;
import org.hashgrad.hashing.data.Medium;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Files of codes that {@link SearchCommand} searches. */
@Command(
        name = "index",
        description = {
            "Makes files of codes to search.",
            "",
            "An index is a code file: packed codes with ids and, if known, labels and names, checksummed and mapped into memory, so that it opens at"
                    + " once whatever its size. With tables (multi-index hashing) near neighbours are found without a look at the far ones;"
                    + " without, every code is compared. Both are exact."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            IndexCommand.Build.class,
            IndexCommand.Add.class,
            IndexCommand.Remove.class,
            IndexCommand.Info.class,
            HelpCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad index build --codes d.npy --labels dl.npy --out photos.codes",
            "  hashgrad index add --index photos.codes --codes more.codes",
            "  hashgrad index remove --index photos.codes --ids 3,17",
            "  hashgrad index info --index photos.codes"
        },
        mixinStandardHelpOptions = true)
final class IndexCommand extends Action {
    @Override
    public Integer call() {
        commandLine().usage(err());
        return ExitCodes.BAD_INPUT;
    }

    /** Whether an index has tables. */
    enum Tables {
        AUTO,
        YES,
        NO
    }

    /** A new index. */
    @Command(
            name = "build",
            description = "Writes an index from codes.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  hashgrad index build --codes runs/dhn/database-codes.npy --bits 48 --out d.codes",
                "  hashgrad index build --codes d.codes --out d.index --tables yes"
            },
            mixinStandardHelpOptions = true)
    static final class Build extends Action {
        private static final int MOST_BITS = 256;
        private static final int FEWEST_CODES = 10_000;

        @Mixin
        private @Nullable CodeInput input;

        @Option(names = "--codes", paramLabel = "F", required = true, description = "A code file or an .npy array.")
        private @Nullable Path codes;

        @Mixin
        private @Nullable CodeColumns columns;

        @Option(names = "--out", paramLabel = "I", required = true, description = "The index to write.")
        private @Nullable Path out;

        @Option(
                names = "--tables",
                paramLabel = "T",
                defaultValue = "AUTO",
                description = "yes, no, or auto: with at least " + FEWEST_CODES + " codes of at most " + MOST_BITS
                        + " bits. Tables take 4 bytes per code for about every log2(n) bits. Default: auto.")
        private Tables tables = Tables.AUTO;

        @Override
        public Integer call() throws IOException {
            Path source = Objects.requireNonNull(codes);
            Path target = Objects.requireNonNull(out);
            CodeColumns beside = Objects.requireNonNull(columns);
            List<Path> inputs = new ArrayList<>(beside.inputs());
            inputs.add(source);
            new OutputFile("--out", target).requireReplaceable(inputs);
            CodeStore store = Objects.requireNonNull(input).read(source);
            CodeDetails details = beside.of(source, store);
            boolean with = tables == Tables.YES
                    || (tables == Tables.AUTO && store.bits() <= MOST_BITS && store.size() >= FEWEST_CODES);
            if (with) {
                MultiIndex.write(target, store, details);
            } else {
                CodeFile.write(target, store, details);
            }
            out().println(store.size() + " codes of " + store.bits() + " bits" + (with ? ", with tables" : "") + ": "
                    + target);
            return ExitCodes.DONE;
        }
    }

    /** More codes. */
    @Command(
            name = "add",
            description =
                    "Adds codes to an index. It is written anew beside itself and replaced at once; whoever searches it goes on with"
                            + " the old one. Codes without ids of their own go on counting after the last that is there, so the id of a removed last one is given again.",
            mixinStandardHelpOptions = true)
    static final class Add extends Action {
        @Mixin
        private @Nullable CodeInput input;

        @Option(names = "--index", paramLabel = "I", required = true, description = "The index.")
        private @Nullable Path index;

        @Option(names = "--codes", paramLabel = "F", required = true, description = "A code file or an .npy array.")
        private @Nullable Path codes;

        @Mixin
        private @Nullable CodeColumns columns;

        @Override
        public Integer call() throws IOException {
            CodeFile file = CodeFile.open(Objects.requireNonNull(index));
            Path source = Objects.requireNonNull(codes);
            CodeStore more = Objects.requireNonNull(input).read(source);
            CodeDetails details = Objects.requireNonNull(columns).of(source, more);
            CodeFile grown = file.append(source.toString(), more, details);
            out().println("added " + more.size() + " codes, now " + grown.size() + ": " + grown.path());
            return ExitCodes.DONE;
        }
    }

    /** Fewer codes. */
    @Command(
            name = "remove",
            description =
                    "Removes codes from an index; the others keep their ids. It is written anew beside itself and replaced at once, as by add.",
            mixinStandardHelpOptions = true)
    static final class Remove extends Action {
        @Option(names = "--index", paramLabel = "I", required = true, description = "The index.")
        private @Nullable Path index;

        @Option(
                names = "--ids",
                paramLabel = "ID",
                required = true,
                split = ",",
                description = "The ids of the codes, as search prints them, with commas between.")
        private long[] ids = {};

        @Override
        public Integer call() {
            CodeFile left = CodeFile.open(Objects.requireNonNull(index)).remove(ids);
            out().println("removed " + ids.length + " codes, now " + left.size() + ": " + left.path());
            return ExitCodes.DONE;
        }
    }

    /** What is in it. */
    @Command(
            name = "info",
            description = "Says what is in an index and compares all of it with its checksums.",
            mixinStandardHelpOptions = true)
    static final class Info extends Action {
        @Option(names = "--index", paramLabel = "I", required = true, description = "The index.")
        private @Nullable Path index;

        @Override
        public Integer call() {
            CodeFile file = CodeFile.open(Objects.requireNonNull(index));
            Table table = new Table("what", "found");
            table.row("codes", Long.toString(file.size()));
            table.row("bits", Integer.toString(file.bits()));
            table.row("ids", file.hasIds() ? "stored, to " + file.id(file.size() - 1) : "rows");
            table.row("labels", file.describeLabels().isEmpty() ? "none" : file.describeLabels());
            table.row("names", file.hasNames() ? "stored" : "none");
            table.row("tables", file.hasTables() ? "stored" : "none");
            table.row("model", file.model().isEmpty() ? "not known" : file.model());
            table.row("protocol", file.protocol().isEmpty() ? "not known" : file.protocol());
            table.row("part", file.part().name().toLowerCase(Locale.ROOT));
            table.row("medium", file.medium().map(Medium::word).orElse("not known"));
            table.row("bytes", Long.toString(file.bytes()));
            out().print(table);
            out().flush();
            file.verify();
            out().println("All bytes are as they were written.");
            return ExitCodes.DONE;
        }
    }
}
