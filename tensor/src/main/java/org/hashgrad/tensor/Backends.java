package org.hashgrad.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

/** All providers on the class path and the choice among their devices. */
public final class Backends {
    private final List<BackendProvider> providers;

    Backends(List<BackendProvider> providers) {
        this.providers = providers;
    }

    /** The providers that {@link ServiceLoader} finds, in order of name. */
    public static Backends installed() {
        List<BackendProvider> found = new ArrayList<>();
        ServiceLoader.load(BackendProvider.class).forEach(found::add);
        found.sort(Comparator.comparing(BackendProvider::name));
        return new Backends(found);
    }

    /** Every device of every provider. */
    public List<Device> devices() {
        return providers.stream().flatMap(p -> p.devices().stream()).toList();
    }

    /**
     * A device by request: {@code reference}, {@code cpu}, {@code opencl} or {@code opencl:part-of-the-device-name} (strict), or
     * {@code auto}: an OpenCL GPU, else {@code cpu} or an OpenCL CPU, whichever the project's benchmarks put first.
     *
     * @throws BackendException naming what was asked for and everything there is
     */
    public Choice choose(String request, Optional<Precision> precision) {
        List<Device> all = devices();
        int colon = request.indexOf(':');
        String backend = colon < 0 ? request : request.substring(0, colon);
        String part = colon < 0 ? "" : request.substring(colon + 1).toLowerCase(Locale.ROOT);
        if (!backend.equals("auto")
                && providers.stream().noneMatch(p -> p.name().equals(backend))) {
            throw new BackendException("backend: unknown '" + request + "'; there are: auto, "
                    + String.join(
                            ", ", providers.stream().map(BackendProvider::name).toList()));
        }
        List<String> rejected = new ArrayList<>();
        Comparator<Device> order = Comparator.comparingInt(Backends::autoRank);
        for (Device device : all.stream().sorted(order).toList()) {
            boolean named = device.backend().equals(backend)
                    && device.name().toLowerCase(Locale.ROOT).contains(part);
            boolean candidate = backend.equals("auto") ? autoRank(device) < NEVER : named;
            if (!candidate) {
                continue;
            }
            String reason = !device.usable()
                    ? device.problem() + (device.remedy().isEmpty() ? "" : " (" + device.remedy() + ")")
                    : precision.isPresent() && !device.supports(precision.get()) ? "no " + precision.get() : "";
            if (reason.isEmpty()) {
                return new Choice(device, precision.orElse(device.precisions().get(0)), List.copyOf(rejected));
            }
            rejected.add(device.backend() + ":" + device.name() + ": " + reason);
        }
        throw new BackendException("backend: nothing usable for '" + request + "'"
                + precision.map(p -> " in " + p).orElse("") + "; "
                + (rejected.isEmpty()
                        ? "no device's name matches; there are: " + names(all)
                        : String.join("; ", rejected)));
    }

    /** Opens a choice. @throws BackendException when the device refuses */
    public Backend open(Choice choice, int threads) {
        return open(choice, threads, WinogradMode.DEFAULT);
    }

    /** Opens a choice; {@code winograd} as in {@link BackendProvider#open(Device, Precision, int, WinogradMode)}. */
    public Backend open(Choice choice, int threads, WinogradMode winograd) {
        for (BackendProvider provider : providers) {
            if (provider.name().equals(choice.device().backend())) {
                return provider.open(choice.device(), choice.precision(), threads, winograd);
            }
        }
        throw new BackendException("backend: no provider for " + choice.device());
    }

    /** {@link #choose} and {@link #open(Choice, int)} on all threads, in the device's default precision. */
    public Backend open(String request) {
        return open(choose(request, Optional.empty()), 0);
    }

    /** Which device was taken, its precision, and why each better-ranked one was not. */
    public record Choice(Device device, Precision precision, List<String> rejected) {}

    private static final int NEVER = Integer.MAX_VALUE;

    /** CPU backends in the order in which {@code auto} takes them, from the project's benchmarks. */
    private static final List<String> AUTO_CPU_ORDER = List.of("opencl", "cpu");

    private static int autoRank(Device device) {
        return switch (device.kind()) {
            case GPU -> 0;
            case CPU -> {
                int place = AUTO_CPU_ORDER.indexOf(device.backend());
                yield place < 0 ? NEVER : 1 + place;
            }
            case OTHER -> NEVER;
        };
    }

    private static String names(List<Device> devices) {
        return String.join(
                ", ", devices.stream().map(d -> d.backend() + ":" + d.name()).toList());
    }
}
