package org.hashgrad.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code hashgrad} command; its exit codes are {@link ExitCodes}. */
@Command(
        name = "hashgrad",
        description = "Deep hashing in pure Java: train, evaluate and check similarity-retrieval methods.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            DevicesCommand.class,
            TrainCommand.class,
            MethodsCommand.class,
            SweepCommand.class,
            ResultsCommand.class,
            EvaluateCommand.class,
            ReportCommand.class,
            ProtocolsCommand.class,
            GradcheckCommand.class,
            LossesCommand.class,
            BenchCommand.class,
            EncodeCommand.class,
            IndexCommand.class,
            SearchCommand.class,
            TagCommand.class,
            DataCommand.class,
            HelpCommand.class
        },
        footerHeading = "%nStart here:%n",
        footer = {
            "  hashgrad demo                     train DHN on real images, print figures",
            "  hashgrad devices                  what there is to compute on",
            "  hashgrad train configs/dhn.yaml   the same as the demo, from its file",
            "  hashgrad gradcheck                every op and loss against its definition",
            "",
            "Exit codes: 0 done; 1 a check failed or the work stopped; 2 wrong usage,",
            "bad input or a missing backend."
        })
public final class Main extends Action {
    static final String LOG_LEVEL = "hashgrad.log";

    @Option(
            names = OneLineErrors.DEBUG,
            scope = ScopeType.INHERIT,
            description = "Show the trace of an error and log more.")
    void debug(boolean on) {
        if (on) {
            System.setProperty(LOG_LEVEL, "DEBUG");
        }
    }

    private Main() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    /** Runs the command inside this process: results go to {@code out}, the rest to {@code err}; returns the exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        System.setProperty("java.awt.headless", "true");
        try {
            return commandLine(out, err).execute(arguments);
        } catch (Error e) {
            return OneLineErrors.handle(e, err, List.of(arguments));
        }
    }

    private static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        OneLineErrors errors = new OneLineErrors();
        CommandLine line = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors);
        Objects.requireNonNull(line.getSubcommands().get(BenchCommand.NAME))
                .setUnmatchedOptionsArePositionalParams(true);
        return line;
    }

    @Override
    public Integer call() {
        commandLine().usage(err());
        return ExitCodes.BAD_INPUT;
    }

    /** Version of the jar, commit of the checkout and the Java that runs it. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "hashgrad " + (version == null ? "(not packaged)" : version),
                "commit " + System.getProperty("hashgrad.commit", "unknown"),
                "Java " + System.getProperty("java.vm.version") + " on " + System.getProperty("os.name")
            };
        }
    }
}
