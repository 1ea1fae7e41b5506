package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.hashgrad.autograd.check.CheckReport;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.autograd.check.Failure;
import org.hashgrad.autograd.check.OpTable;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.loss.ClosedFormGradient;
import org.hashgrad.hashing.loss.LossCheck;
import org.hashgrad.hashing.loss.ShippedLosses;
import org.hashgrad.hashing.loss.ShippedLosses.Named;
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
        footer = {"  hashgrad gradcheck Tanh DhnLoss", "  hashgrad gradcheck MyLoss.java --json checks.json"},
        mixinStandardHelpOptions = true)
final class GradcheckCommand extends Action {
    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description =
                    "Ops and losses, or MyLoss.java: the source file of a loss of your own. All when none is named.")
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
            names = "--json",
            paramLabel = "F",
            description =
                    "Write the rows to F: {name, kind, backend, precision, check, error, bound, passed, at, actual, expected,"
                            + " seed}; a number that is not finite is null.")
    private @Nullable Path json;

    @Override
    public Integer call() {
        if (json != null) {
            Json.requireWritable(json, sources().map(Path::of).toList());
        }
        List<Named> losses = losses();
        Predicate<String> wanted = wanted(losses);
        Backends backends = Backends.installed();
        List<Backends.Choice> choices = choices(backends);
        List<CheckRow> rows = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        try (Backend reference = new ReferenceBackend()) {
            for (Backends.Choice choice : choices) {
                List<CheckRow> group = new ArrayList<>();
                try (Backend tested = backend.open(backends, choice)) {
                    check(reference, tested, wanted, losses, group, failures);
                }
                out().println(BackendOptions.nameOf(choice.device()) + ", " + choice.precision());
                out().println(GradcheckTable.of(group));
                out().flush();
                rows.addAll(group);
            }
        }
        failures.forEach(failure -> out().println("FAILED " + failure.message()));
        for (Named loss : losses) {
            if (wanted.test(loss.name()) && !(loss.loss() instanceof ClosedFormGradient)) {
                out().println("no closed form: " + loss.name());
            }
        }
        long failed = rows.stream().filter(row -> !row.passed()).count();
        out().println(rows.size() + " rows, " + failed + " failed");
        out().flush();
        if (json != null) {
            Json.write(json, rows);
        }
        return failed == 0 ? ExitCodes.DONE : ExitCodes.STOPPED;
    }

    private void check(
            Backend reference,
            Backend tested,
            Predicate<String> wanted,
            List<Named> losses,
            List<CheckRow> rows,
            List<Failure> failures) {
        for (OpTable.Row op : OpTable.rows()) {
            if (wanted.test(nameOf(op))) {
                if (tested.precision() == Precision.F64) {
                    add(op.check(tested), rows, failures);
                }
                if (!(tested instanceof ReferenceBackend)) {
                    add(op.compare(reference, tested), rows, failures);
                }
            }
        }
        for (Named loss : losses) {
            if (wanted.test(loss.name())) {
                add(checked(loss, tested), rows, failures);
            }
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
                    .filter(name -> functionOf(name).equals(loss.name()))
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

    /** Those that ship and those in the source files that are named. */
    private List<Named> losses() {
        List<Named> losses = new ArrayList<>(ShippedLosses.all());
        sources().forEach(name -> losses.add(LossSource.load(Path.of(name))));
        return losses;
    }

    /** Whether a function is asked for; a name stands for itself and for the forms of it, whatever the case of its letters. */
    private Predicate<String> wanted(List<Named> losses) {
        Set<String> known = new LinkedHashSet<>();
        OpTable.rows().forEach(op -> known.add(nameOf(op)));
        losses.forEach(loss -> known.add(loss.name()));
        List<String> asked = names.stream().map(GradcheckCommand::functionOf).toList();
        for (String name : asked) {
            if (known.stream().noneMatch(each -> stands(name, each))) {
                throw wrongUsage("gradcheck: unknown op or loss '" + name + "'; nearest is " + Nearest.to(name, known)
                        + " of " + known.size());
            }
        }
        return each -> asked.isEmpty() || asked.stream().anyMatch(name -> stands(name, each));
    }

    /** The loss of a source file goes by the file's name. */
    private static String functionOf(String name) {
        return name.endsWith(LossSource.SUFFIX)
                ? String.valueOf(Path.of(name).getFileName()).replace(LossSource.SUFFIX, "")
                : name;
    }

    private static boolean stands(String name, String known) {
        String asked = name.toLowerCase(Locale.ROOT);
        String each = known.toLowerCase(Locale.ROOT);
        return each.equals(asked) || each.startsWith(asked + ".");
    }

    private static String nameOf(OpTable.Row op) {
        return op.covers().getSimpleName();
    }
}
