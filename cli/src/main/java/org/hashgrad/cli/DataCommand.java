package org.hashgrad.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Data sets on disk. */
@Command(
        name = "data",
        description = "Looks into data sets, checks them, and makes new ones.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DataInfoCommand.class,
            DataVerifyCommand.class,
            DataImportCommand.class,
            DataCommand.Build.class,
            HelpCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad data info openclipart",
            "  hashgrad data verify folder:photos",
            "  hashgrad data import 'folder:photos?side=64' --out photos-64",
            "  hashgrad data build openclipart --out openclipart-64 --side 64"
        },
        mixinStandardHelpOptions = true)
final class DataCommand extends Action {
    @Override
    public Integer call() {
        commandLine().usage(err());
        return ExitCodes.BAD_INPUT;
    }

    /** The data sets that can be built. */
    @Command(
            name = "build",
            description = "Builds a data set into a new folder.",
            synopsisSubcommandLabel = "SET",
            subcommands = {BuildOpenClipartCommand.class, HelpCommand.class},
            mixinStandardHelpOptions = true)
    static final class Build extends Action {
        @Override
        public Integer call() {
            commandLine().usage(err());
            return ExitCodes.BAD_INPUT;
        }
    }
}
