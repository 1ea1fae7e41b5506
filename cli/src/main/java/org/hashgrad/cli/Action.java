package org.hashgrad.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every subcommand has: results go to {@link #out}, everything else to {@link #err}, so that a pipe gets results only. */
abstract class Action implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    final CommandLine commandLine() {
        return Objects.requireNonNull(spec, "the command has not been parsed").commandLine();
    }

    final PrintWriter out() {
        return commandLine().getOut();
    }

    final PrintWriter err() {
        return commandLine().getErr();
    }

    /** A fault in the arguments: one line, exit code {@link ExitCodes#BAD_INPUT}. */
    final ParameterException wrongUsage(String message) {
        return new ParameterException(commandLine(), message);
    }
}
