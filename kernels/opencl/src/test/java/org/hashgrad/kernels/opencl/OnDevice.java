package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Primitives;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.WinogradMode;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Runs one computation on the reference and on the first OpenCL device and compares. The backends are opened once per precision; each test gets
 * scopes of its own, after which nothing may be live. A missing device fails. The build runs these tests twice: with the kernels made for the
 * device, and with {@code -Dhashgrad.test.family=GPU} with those of the other family; and those that compute on images once more, with
 * {@code -Dhashgrad.test.blocked=true}, from images that are blocked by channels.
 */
abstract class OnDevice {
    private static final Map<Precision, OpenClBackend> OPENED = new EnumMap<>(Precision.class);
    private static final String FAMILY = System.getProperty("hashgrad.test.family", "");
    private static final boolean BLOCKED = Boolean.getBoolean("hashgrad.test.blocked");
    private static final ReferenceBackend REFERENCE = new ReferenceBackend();

    private final List<Scope> scopes = new ArrayList<>();
    private final Random random = new Random(20160217);

    /** The first usable device of the installed provider. */
    static Device device() {
        List<Device> devices = new OpenClProvider().devices();
        return devices.stream()
                .filter(Device::usable)
                .findFirst()
                .orElseGet(() -> fail("these tests need an OpenCL device: " + devices));
    }

    static OpenClBackend opencl(Precision precision) {
        return OPENED.computeIfAbsent(
                precision,
                p -> FAMILY.isEmpty()
                        ? (OpenClBackend) new OpenClProvider().open(device(), p, 0)
                        : (OpenClBackend) new OpenClProvider()
                                .open(device(), p, 0, WinogradMode.DEFAULT, Family.valueOf(FAMILY)));
    }

    static ReferenceBackend reference() {
        return REFERENCE;
    }

    @BeforeEach
    void openScopes() {
        scopes.add(REFERENCE.openScope());
        for (Precision precision : Precision.values()) {
            scopes.add(opencl(precision).openScope());
        }
    }

    @AfterEach
    void nothingStaysLive() {
        for (int i = scopes.size() - 1; i >= 0; i--) {
            scopes.get(i).close();
        }
        for (Precision precision : Precision.values()) {
            assertEquals(0, opencl(precision).liveBytes(), "live bytes of " + precision);
        }
    }

    /** Float-representable values in [−2, 2) without zeros. */
    final Input draw(int... extents) {
        return drawn(v -> v, extents);
    }

    /** {@link #draw} through a function, rounded to float. */
    final Input drawn(DoubleUnaryOperator transform, int... extents) {
        Shape shape = Shape.of(extents);
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            double v = 4 * random.nextDouble() - 2;
            values[i] = (float) transform.applyAsDouble(Math.abs(v) < 1e-3 ? 0.5 : v);
        }
        return new Input(shape, values);
    }

    /** Float-representable values of both signs from 2⁻³⁰ to 8, eight in each octave. */
    static Input magnitudes() {
        double[] values = new double[264];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (Math.pow(2, i / 8.0 - 30) * (i % 2 == 0 ? 1 : -1));
        }
        return new Input(Shape.of(values.length), values);
    }

    /** At most 4 (16 in double precision) units in the last place from log cosh x = log1p(2 sinh²(x/2)), which doesn't cancel. */
    static void assertLogCosh(Precision precision, double x, double actual) {
        double half = StrictMath.sinh(x / 2);
        double expected = StrictMath.log1p(2 * half * half);
        assertClose(
                precision,
                0,
                0,
                expected,
                actual,
                Tolerances.elementwise(precision, precision == Precision.F32 ? 4 : 16) * expected);
    }

    /** Host values of one argument. */
    record Input(Shape shape, double[] values) {
        Input absolute() {
            double[] magnitudes = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                magnitudes[i] = Math.abs(values[i]);
            }
            return new Input(shape, magnitudes);
        }

        Input with(int index, double value) {
            double[] changed = values.clone();
            changed[index] = value;
            return new Input(shape, changed);
        }
    }

    /** A computation over any backend. */
    interface Computation {
        List<Tensor> on(Primitives<Tensor> backend, List<Tensor> inputs);
    }

    static Computation one(Function<Arguments, Tensor> f) {
        return (backend, inputs) -> List.of(f.apply(new Arguments(backend, inputs)));
    }

    record Arguments(Primitives<Tensor> on, List<Tensor> inputs) {
        Tensor x(int i) {
            return inputs.get(i);
        }
    }

    static List<double[]> run(Backend backend, Computation computation, List<Input> inputs) {
        List<Tensor> tensors = new ArrayList<>();
        for (Input input : inputs) {
            Tensor tensor = backend.tensor(input.shape(), input.values());
            if (BLOCKED
                    && backend instanceof OpenClBackend opencl
                    && input.shape().rank() == 4) {
                block(opencl, tensor);
            }
            tensors.add(tensor);
        }
        List<double[]> results = new ArrayList<>();
        for (Tensor result : computation.on(backend, tensors)) {
            results.add(result.toDoubles());
        }
        return results;
    }

    /**
     * Compares a computation that is linear in each input separately: the error of a sum of products of n terms is below γ_n of the same sum over
     * absolute values, which the reference computes too.
     */
    static void assertMultilinear(Precision precision, int terms, Computation computation, Input... inputs) {
        assertMultilinear(opencl(precision), terms, computation, inputs);
    }

    /** As above, on another backend than the shared one. */
    static void assertMultilinear(OpenClBackend backend, int terms, Computation computation, Input... inputs) {
        Precision precision = backend.precision();
        List<Input> given = List.of(inputs);
        List<double[]> expected = run(REFERENCE, computation, given);
        List<double[]> scale =
                run(REFERENCE, computation, given.stream().map(Input::absolute).toList());
        List<double[]> actual = run(backend, computation, given);
        double relative = Tolerances.dot(precision, terms + 2);
        for (int r = 0; r < expected.size(); r++) {
            for (int i = 0; i < expected.get(r).length; i++) {
                double bound = relative * scale.get(r)[i] + Tolerances.floor(precision, terms);
                assertClose(precision, r, i, expected.get(r)[i], actual.get(r)[i], bound);
            }
        }
    }

    /** Compares elementwise to {@code ulps} units in the last place of the result, or of {@code scale} where that is larger. */
    static void assertWithinUlps(
            Precision precision, double ulps, double scale, Computation computation, Input... inputs) {
        List<double[]> expected = run(REFERENCE, computation, List.of(inputs));
        List<double[]> actual = run(opencl(precision), computation, List.of(inputs));
        for (int r = 0; r < expected.size(); r++) {
            for (int i = 0; i < expected.get(r).length; i++) {
                double bound = Tolerances.elementwise(precision, ulps) * Math.max(Math.abs(expected.get(r)[i]), scale);
                assertClose(precision, r, i, expected.get(r)[i], actual.get(r)[i], bound);
            }
        }
    }

    private static void assertClose(
            Precision precision, int result, int index, double expected, double actual, double bound) {
        assertTrue(
                Tolerances.close(expected, actual, bound),
                () -> precision + " result " + result + "[" + index + "]: expected " + expected + ", got " + actual
                        + ", difference " + Math.abs(expected - actual) + ", bound " + bound);
    }

    /** Keeps x blocked by channels alone, with NaN in every lane that holds no channel: a kernel that reads one shows it. */
    static void block(OpenClBackend backend, Tensor x) {
        Shape shape = x.shape();
        int lanes = backend.engine().lanes();
        int area = shape.dim(2) * shape.dim(3);
        int blocks = backend.engine().layout().blocks(shape);
        double[] rowMajor = x.toDoubles();
        double[] blocked = new double[(int) backend.engine().layout().size(shape)];
        for (int i = 0; i < blocked.length; i++) {
            int c = i / (area * lanes) % blocks * lanes + i % lanes;
            int n = i / (area * lanes * blocks);
            int at = (n * shape.dim(1) + c) * area + i / lanes % area;
            blocked[i] = c < shape.dim(1) ? rowMajor[at] : Double.NaN;
        }
        Tensor raw = backend.tensor(Shape.of(blocked.length), blocked);
        ((OpenClStorage) x.storage()).keepBlocked(shape);
        backend.engine().copy(Engine.of(raw), 0, Engine.blocked(x), 0, blocked.length);
    }

    static Computation fused(FusedPrimitive primitive) {
        return (backend, inputs) -> backend.fused(primitive, inputs);
    }

    static Computation composite(FusedPrimitive primitive) {
        return (backend, inputs) -> primitive.composite(backend, inputs);
    }
}
