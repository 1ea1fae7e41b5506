package org.hashgrad.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Data sets on disk. */
@Command(
        name = "data",
        description = "Makes data sets from what a system has installed.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DataCommand.Build.class, HelpCommand.class},
        footerHeading = "%nExamples:%n",
        footer = "  hashgrad data build openclipart --out openclipart-64 --side 64",
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
