package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.WinogradMode;

/**
 * The CPU family's ways to compute a convolution in F32, side by side on the first usable OpenCL CPU, each as a backend that computes so whatever it can:
 * so that the rule by which training chooses can be held against measurements.
 */
public final class ConvTuning implements AutoCloseable {
    private final Map<WinogradMode, OpenClBackend> backends = new EnumMap<>(WinogradMode.class);
    private final Winograd ruled;

    /** @throws BackendException when there is no usable CPU among the devices */
    public ConvTuning() {
        OpenClBackend direct = GemmTuning.openCpu(WinogradMode.OFF);
        backends.put(WinogradMode.OFF, direct);
        ruled = new Winograd(direct.engine(), WinogradMode.DEFAULT, new CpuConvolution(direct.engine()));
        try {
            for (WinogradMode mode : WinogradMode.values()) {
                backends.computeIfAbsent(mode, m -> always(m, direct.engine().device()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static OpenClBackend always(WinogradMode mode, OpenClDevice device) {
        Engine engine = new Engine(device, Precision.F32, 0, Family.CPU);
        Reduction reduction = new Reduction(engine);
        return new OpenClBackend(
                engine,
                reduction,
                Gemm.of(engine, reduction),
                new Winograd(engine, mode, new CpuConvolution(engine), (x, w, g, tile) -> true));
    }

    /** Name and compute units of the device. */
    public String device() {
        OpenClDevice device = backend(WinogradMode.OFF).engine().device();
        return device.name() + ", " + device.computeUnits() + " compute units";
    }

    /** Those that can compute x by w; {@link WinogradMode#OFF}, the definition, always can. */
    public List<WinogradMode> ways(Shape x, Shape w, ConvGeometry g) {
        List<WinogradMode> able = new ArrayList<>();
        backends.forEach((mode, backend) -> {
            if (backend.winograd(x, w, g) == mode) {
                able.add(mode);
            }
        });
        return able;
    }

    /** What a backend opened with {@link WinogradMode#DEFAULT} computes x by w and its gradient to x with. */
    public WinogradMode rule(Shape x, Shape w, ConvGeometry g) {
        return ruled.winograd(x, w, g);
    }

    /** The one that computes by {@code way} whatever it can; closed with this. */
    public Backend on(WinogradMode way) {
        return backend(way);
    }

    private OpenClBackend backend(WinogradMode way) {
        OpenClBackend known = backends.get(way);
        if (known == null) {
            throw new IllegalStateException("tune: closed");
        }
        return known;
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(backends.values());
        backends.clear();
        Handle.closeAll(all);
    }
}
