package org.hashgrad.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.WinogradMode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Where to compute: the options every computing command shares. */
final class BackendOptions {
    static final String AUTO = "auto";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--backend",
            paramLabel = "B",
            description =
                    "auto, cpu, opencl, opencl:PART-OF-DEVICE-NAME or reference. A named backend is used or it is an error;"
                            + " auto takes the fastest there is and says why not the others. Without it: auto; for gradcheck every usable"
                            + " backend.")
    private @Nullable String backend;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Host threads or compute units to use; 0 = all. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--winograd",
            paramLabel = "M",
            converter = Winograd.class,
            description =
                    "How OpenCL on a processor may compute 3 x 3 and 5 x 5 convolutions at stride 1 in single precision: by Winograd's"
                            + " algorithm on tiles of 6 x 6 inputs (f4: the fastest, a few times the rounding error), 3 x 3 alone on tiles of"
                            + " 4 x 4 (f2: closer to the definition), or not (off). Default: f4. Where there is no such choice, asking for f4"
                            + " or f2 is an error.")
    private @Nullable WinogradMode winograd;

    /** What computes, on how many threads as asked for; 0 = all. */
    record Opened(Backend backend, Device device, int threads) implements AutoCloseable {
        @Override
        public void close() {
            backend.close();
        }
    }

    /** What {@code --backend} asked for, if it was given. */
    Optional<String> request() {
        return Optional.ofNullable(backend);
    }

    /** Whether {@code --backend} named one. */
    boolean isNamed() {
        return request().filter(name -> !name.equals(AUTO)).isPresent();
    }

    /** How many threads to share work on the host with, at least 1. */
    int hostThreads() {
        return requireThreads() == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** The device for {@code --backend} in its default precision; says on standard error which it is and why others are not. */
    Opened open() {
        return open(1).get(0);
    }

    /** As {@link #open()}, several times the same device, each with an equal share of the threads where it is a processor. */
    List<Opened> open(int times) {
        Backends backends = Backends.installed();
        Backends.Choice choice = choose(backends, request().orElse(AUTO), Optional.empty());
        say(choice);
        boolean divisible = choice.device().kind() == Device.Kind.CPU;
        int share = times == 1 || !divisible ? threads : Math.max(1, hostThreads() / times);
        List<Opened> opened = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            opened.add(new Opened(requireWinograd(open(backends, choice, share)), choice.device(), share));
        }
        return opened;
    }

    private Backend requireWinograd(Backend opened) {
        WinogradMode used = opened.winograd();
        if (winograd != null && used != winograd) {
            opened.close();
            throw new ParameterException(
                    spec().commandLine(),
                    "--winograd: " + opened.name() + " in " + opened.precision() + " has no choice but " + spelled(used)
                            + ", got " + spelled(winograd));
        }
        return opened;
    }

    private static String spelled(WinogradMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    /** A mode as the help spells it, in either case. */
    private static final class Winograd implements ITypeConverter<WinogradMode> {
        @Override
        public WinogradMode convert(String value) {
            for (WinogradMode mode : WinogradMode.values()) {
                if (spelled(mode).equalsIgnoreCase(value)) {
                    return mode;
                }
            }
            throw new TypeConversionException("expected f4, f2 or off, got '" + value + "'");
        }
    }

    private void say(Backends.Choice choice) {
        PrintWriter err = spec().commandLine().getErr();
        err.println("backend: " + nameOf(choice.device()) + ", " + choice.precision());
        choice.rejected().forEach(reason -> err.println("backend: not " + reason));
        err.flush();
    }

    /** A device by request, strictly. @throws ParameterException that lists what there is */
    Backends.Choice choose(Backends backends, String request, Optional<Precision> precision) {
        requireThreads();
        try {
            return backends.choose(request, precision);
        } catch (BackendException e) {
            throw new ParameterException(
                    spec().commandLine(), Objects.toString(e.getMessage(), "backend"), e, null, request);
        }
    }

    /** A choice, with {@code --winograd} where it has a say. */
    Backend open(Backends backends, Backends.Choice choice) {
        return open(backends, choice, threads);
    }

    private Backend open(Backends backends, Backends.Choice choice, int share) {
        return backends.open(choice, share, winograd == null ? WinogradMode.DEFAULT : winograd);
    }

    static String nameOf(Device device) {
        return device.backend() + " on " + device.name();
    }

    private int requireThreads() {
        if (threads < 0) {
            throw new ParameterException(spec().commandLine(), "--threads: need a number >= 0, got " + threads);
        }
        return threads;
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(command, "the command has not been parsed");
    }
}
