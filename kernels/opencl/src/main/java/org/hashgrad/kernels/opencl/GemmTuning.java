package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.WinogradMode;

/**
 * Runs the variants of the CPU family's matrix product in F32 side by side on the first usable OpenCL CPU, so that a new {@link GemmTable} can be
 * measured. Training never does: its choices are those of the table.
 */
public final class GemmTuning implements AutoCloseable {
    /** A product op(A) (m, k) · op(B) (k, n) and the variant that the table has for it; {@code kind} is NN, TN, NT or TT. */
    public record Shape(String kind, int m, int n, int k, String variant) {
        public double flops() {
            return 2.0 * m * n * k;
        }
    }

    private final Engine engine;
    private final OpenClBackend owner;

    /** @throws BackendException when there is no usable CPU among the devices */
    public GemmTuning() {
        owner = openCpu(WinogradMode.DEFAULT);
        engine = owner.engine();
    }

    /** The first usable CPU with its family's kernels in F32. @throws BackendException when there is none */
    static OpenClBackend openCpu(WinogradMode winograd) {
        OpenClProvider provider = new OpenClProvider();
        Device device = provider.devices().stream()
                .filter(found -> found.usable() && found.kind() == Device.Kind.CPU)
                .findFirst()
                .orElseThrow(() -> new BackendException(
                        "tune: need an OpenCL device of type CPU, for whose kernels this is; found "
                                + provider.devices()));
        return (OpenClBackend) provider.open(device, Precision.F32, 0, winograd, Family.CPU);
    }

    /** Name and compute units of the device. */
    public String device() {
        return engine.device().name() + ", " + engine.device().computeUnits() + " compute units";
    }

    /** The shapes of the table as it is. */
    public static List<Shape> shapes() {
        return GemmTable.ROWS.rows().stream()
                .map(row -> new Shape(
                        row.kind(),
                        row.extents()[0],
                        row.extents()[1],
                        row.extents()[2],
                        row.variant().name()))
                .toList();
    }

    /** The forms that the table has. */
    public static List<String> kinds() {
        return shapes().stream().map(Shape::kind).distinct().toList();
    }

    /** Any shape, with the variant that the table has for it: that of the nearest row. */
    public static Shape shape(String kind, int m, int n, int k) {
        return new Shape(kind, m, n, k, GemmTable.ROWS.nearest(kind, m, n, k).name());
    }

    /** Names of the variants that the device has the local memory for. */
    public List<String> variants() {
        return Arrays.stream(GemmVariant.values())
                .filter(variant -> variant.fits(engine.device(), engine.lanes(), engine.precision()))
                .map(GemmVariant::name)
                .toList();
    }

    /** Products of ones. */
    public interface Product extends AutoCloseable {
        /** Enqueues {@code times} products and waits once, as a training step does. */
        void run(String variant, int times);

        @Override
        void close();
    }

    /** The product of a shape, with memory of its own until it is closed. */
    public Product open(Shape shape) {
        List<Engine.Scratch> made = new ArrayList<>();
        try {
            made.add(ones((long) shape.m() * shape.k()));
            made.add(ones((long) shape.k() * shape.n()));
            made.add(engine.scratch((long) shape.m() * shape.n()));
        } catch (RuntimeException e) {
            Handle.closeAll(made);
            throw e;
        }
        boolean transposeA = shape.kind().charAt(0) == 'T';
        boolean transposeB = shape.kind().charAt(1) == 'T';
        return new Product() {
            @Override
            public void run(String variant, int times) {
                CpuGemm gemm = new CpuGemm(engine, GemmVariant.valueOf(variant));
                for (int time = 0; time < times; time++) {
                    gemm.run(
                            made.get(0).buffer(),
                            made.get(1).buffer(),
                            made.get(2).buffer(),
                            shape.m(),
                            shape.n(),
                            shape.k(),
                            transposeA,
                            transposeB);
                }
                owner.synchronize();
            }

            @Override
            public void close() {
                Handle.closeAll(made);
            }
        };
    }

    private Engine.Scratch ones(long count) {
        return engine.scratch(count, buffer -> engine.kernel("elementwise.cl", "fill")
                .elements(count, buffer, 1.0, Math.toIntExact(count)));
    }

    @Override
    public void close() {
        owner.close();
    }
}
