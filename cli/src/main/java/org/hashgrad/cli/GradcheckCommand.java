package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hashgrad.autograd.check.CheckReport;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.autograd.check.Failure;
import org.hashgrad.autograd.check.OpTable;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.loss.LossCheck;
import org.hashgrad.hashing.loss.ShippedLosses.Named;
import org.hashgrad.hashing.loss.custom.LossSource;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Every op and loss: numeric, tape, closed form, on each backend and precision. */
@Command(
        name = "gradcheck",
        description = {
            "Checks gradients: of every op and loss, or of those named.",
            "",
            "In F64 the tape's gradient is held against central differences (numeric; second order: the gradient's gradient), against"
                    + " the differentiable tape (orders) and against the paper's formula in plain loops (closed form). On every other"
                    + " backend and in F32, values and gradients are held against the F64 reference, within a bound derived from the"
                    + " rounding of the sums. Without --backend: every usable backend in each of its precisions."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad gradcheck Tanh DhnLoss",
            "  hashgrad gradcheck MyLoss.java --markdown checks.md",
            "  hashgrad gradcheck org.example.MyLoss --classpath target/classes"
        },
        mixinStandardHelpOptions = true)
final class GradcheckCommand extends Action {
    private static final String MARKDOWN = "--markdown";
    private static final Path STANDARD_OUTPUT = Path.of("-");

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description =
                    "Ops and losses; MyLoss.java, the source file of a loss of your own; or its class on --classpath. All"
                            + " that ship when none is named.")
    private List<String> names = new ArrayList<>();

    @Mixin
    private BackendOptions backend = new BackendOptions();

    @Option(names = "--precision", paramLabel = "f32|f64", description = "Only this precision.")
    private @Nullable Precision precision;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Draws the losses' inputs. Default: 0.")
    private long seed;

    @Option(
            names = "--classpath",
            paramLabel = "DIR|JAR",
            description = "Where classes of your own are: folders and jars, separated as in a Java class path.")
    private @Nullable String classpath;

    @Option(
            names = "--json",
            paramLabel = "F",
            description =
                    "Write the rows to F: {name, kind, backend, precision, check, error, bound, passed, at, actual, expected,"
                            + " seed}; a number that is not finite is null.")
    private @Nullable Path json;

    @Option(
            names = "--markdown",
            paramLabel = "F|-",
            description = "Write the rows to F as a Markdown table with the worst element of each; - prints only that.")
    private @Nullable Path markdown;

    @Override
    public Integer call() {
        requireWritable();
        CheckedLosses checked = new CheckedLosses(names, classes());
        checked.unknown().ifPresent(message -> {
            throw wrongUsage("gradcheck: " + message);
        });
        Backends backends = Backends.installed();
        List<CheckRow> rows = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        try (Backend reference = new ReferenceBackend()) {
            for (Backends.Choice choice : choices(backends)) {
                List<CheckRow> group = new ArrayList<>();
                try (Backend tested = backend.open(backends, choice)) {
                    check(reference, tested, checked, group, failures);
                }
                if (!isPrinted()) {
                    out().println(BackendOptions.nameOf(choice.device()) + ", " + choice.precision());
                    out().println(checked.areChosen() ? detailed(group) : GradcheckTable.of(group));
                    out().flush();
                }
                rows.addAll(group);
            }
        }
        String summary = summary(checked, rows, failures);
        if (markdown != null) {
            String page = GradcheckTable.markdown(rows) + System.lineSeparator() + summary;
            if (isPrinted()) {
                out().print(page);
            } else {
                new OutputFile(MARKDOWN, markdown).write(page);
            }
        }
        if (!isPrinted()) {
            out().print(summary);
        }
        out().flush();
        if (json != null) {
            Json.write(json, rows);
        }
        return rows.stream().allMatch(CheckRow::passed) ? ExitCodes.DONE : ExitCodes.STOPPED;
    }

    private void requireWritable() {
        List<Path> inputs = sources().map(Path::of).toList();
        if (json != null) {
            Json.requireWritable(json, inputs);
        }
        if (markdown != null && !isPrinted()) {
            new OutputFile(MARKDOWN, markdown).requireWritable(inputs);
        }
    }

    /** Whether the Markdown table takes the place of the plain one. */
    private boolean isPrinted() {
        return markdown != null && markdown.equals(STANDARD_OUTPUT);
    }

    private ClassLoader classes() {
        return classpath == null ? GradcheckCommand.class.getClassLoader() : LossSource.classPath(classpath);
    }

    /** A line per op, whose rows are many, and a line per check of a loss. */
    private static String detailed(List<CheckRow> rows) {
        List<CheckRow> ops =
                rows.stream().filter(row -> row.kind().equals("op")).toList();
        List<CheckRow> losses =
                rows.stream().filter(row -> !row.kind().equals("op")).toList();
        return (ops.isEmpty() ? "" : GradcheckTable.of(ops).toString())
                + (losses.isEmpty() ? "" : GradcheckTable.details(losses).toString());
    }

    private String summary(CheckedLosses checked, List<CheckRow> rows, List<Failure> failures) {
        List<String> lines = new ArrayList<>();
        failures.forEach(failure -> lines.add("FAILED " + failure.message()));
        Map<String, List<String>> drawn = new LinkedHashMap<>();
        for (Named loss : checked.losses()) {
            drawn.computeIfAbsent(new LossCheck(loss.name(), loss.loss()).inputs(), i -> new ArrayList<>())
                    .add(loss.name());
            if (loss.loss().closedForm().isEmpty()) {
                lines.add("no closed form: " + loss.name());
            }
        }
        if (checked.areChosen()) {
            drawn.forEach((inputs, of) -> lines.add("inputs of " + String.join(", ", of) + ": " + inputs));
        }
        long failed = rows.stream().filter(row -> !row.passed()).count();
        lines.add(rows.size() + " rows, " + failed + " failed, seed " + seed);
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private void check(
            Backend reference, Backend tested, CheckedLosses checked, List<CheckRow> rows, List<Failure> failures) {
        for (OpTable.Row op : checked.ops()) {
            if (tested.precision() == Precision.F64) {
                add(op.check(tested), rows, failures);
            }
            if (!(tested instanceof ReferenceBackend)) {
                add(op.compare(reference, tested), rows, failures);
            }
        }
        for (Named loss : checked.losses()) {
            add(checked(loss, tested), rows, failures);
        }
    }

    /** Puts the file's name before what goes wrong inside a loss of one's own. */
    private CheckReport checked(Named loss, Backend tested) {
        try {
            return new LossCheck(loss.name(), loss.loss()).run(tested, seed);
        } catch (BackendException e) {
            throw e;
        } catch (RuntimeException e) {
            Optional<String> source = sources()
                    .filter(name -> LossSource.nameOf(Path.of(name)).equals(loss.name()))
                    .findFirst();
            if (source.isEmpty()) {
                throw e;
            }
            String what = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
            throw new DataException(source.get() + ": the loss " + loss.name() + " can not be checked: " + what, e);
        }
    }

    private Stream<String> sources() {
        return names.stream().filter(name -> name.endsWith(LossSource.SUFFIX));
    }

    private static void add(CheckReport report, List<CheckRow> rows, List<Failure> failures) {
        rows.addAll(report.rows());
        failures.addAll(report.failures());
    }

    private List<Backends.Choice> choices(Backends backends) {
        Optional<String> request = backend.request();
        if (request.isPresent()) {
            return List.of(backend.choose(backends, request.get(), Optional.ofNullable(precision)));
        }
        List<Backends.Choice> choices = new ArrayList<>();
        for (Device device : backends.devices()) {
            if (!device.usable()) {
                err().println("gradcheck: not on " + BackendOptions.nameOf(device) + ": " + device.problem() + "; "
                        + device.remedy());
            }
            for (Precision each : device.precisions()) {
                if (precision == null || precision == each) {
                    choices.add(new Backends.Choice(device, each, List.of()));
                }
            }
        }
        err().flush();
        if (choices.isEmpty()) {
            throw wrongUsage("gradcheck: no backend computes in " + precision);
        }
        return choices;
    }
}
