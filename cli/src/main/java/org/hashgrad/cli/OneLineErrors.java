package org.hashgrad.cli;

import java.io.PrintWriter;
import java.util.List;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.protocol.ConfigException;
import org.hashgrad.hashing.protocol.RunFolderException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line for what a person can mend; the trace only with {@code --debug}, or for what is a fault of ours. */
final class OneLineErrors implements IExecutionExceptionHandler, IParameterExceptionHandler {
    static final String DEBUG = "--debug";

    @Override
    public int handleParseException(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        StringBuilder hint = new StringBuilder();
        if (error instanceof UnmatchedArgumentException unmatched) {
            List<String> nearest = unmatched.getSuggestions();
            if (!nearest.isEmpty()) {
                hint.append("; did you mean ").append(nearest.get(0)).append('?');
            }
        }
        hint.append(" (").append(command.getCommandSpec().qualifiedName()).append(" --help)");
        if (List.of(arguments).contains(DEBUG)) {
            error.printStackTrace(command.getErr());
        }
        print(command.getErr(), error.getMessage() + hint);
        return ExitCodes.BAD_INPUT;
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine command, ParseResult arguments) {
        boolean debug = arguments.expandedArgs().contains(DEBUG);
        boolean input = error instanceof IllegalArgumentException
                || error instanceof DataException
                || error instanceof ConfigException
                || error instanceof RunFolderException;
        boolean ours = error instanceof NullPointerException
                || error instanceof ClassCastException
                || error instanceof IndexOutOfBoundsException;
        if (debug || ours) {
            error.printStackTrace(command.getErr());
        }
        String message = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        print(command.getErr(), message + (debug || ours ? "" : " (" + DEBUG + " shows the trace)"));
        return input ? ExitCodes.BAD_INPUT : ExitCodes.STOPPED;
    }

    /** What picocli lets through: memory that ran out, with the limit; anything else is a fault of ours. */
    static int handle(Error error, PrintWriter err, List<String> arguments) {
        boolean memory = error instanceof OutOfMemoryError;
        if (!memory || arguments.contains(DEBUG)) {
            error.printStackTrace(err);
        }
        print(
                err,
                memory
                        ? "out of memory (" + error.getMessage() + ") with a limit of "
                                + (Runtime.getRuntime().maxMemory() >> 20)
                                + " MiB; raise it with HASHGRAD_JAVA_OPTS=-Xmx..., or take a smaller batch or fewer images"
                        : error.toString());
        return ExitCodes.STOPPED;
    }

    private static void print(PrintWriter err, String message) {
        err.println("hashgrad: " + message.strip().replaceFirst("^Error: ", "").replaceAll("\\s*\\R\\s*", " "));
        err.flush();
    }
}
