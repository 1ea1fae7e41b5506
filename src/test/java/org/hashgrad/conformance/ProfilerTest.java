package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Convolution;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Launch;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.Profiler;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProfilerTest {
    @RegisterExtension
    static final BackendsUnderTest BACKENDS = new BackendsUnderTest();

    private static final ConvGeometry GEOMETRY = ConvGeometry.of(1, 1);

    /** Keeps what it hears. */
    private static final class Heard implements Profiler {
        private final List<Launch> launches = new ArrayList<>();
        private final List<String> host = new ArrayList<>();

        @Override
        public void ran(Launch launch) {
            launches.add(launch);
        }

        @Override
        public void hostWasIn(String layer, boolean backward, long start, long nanos) {
            host.add(layer + (backward ? " backward" : ""));
        }

        double flops(String layer, boolean backward) {
            return launches.stream()
                    .filter(l -> l.layer().equals(layer) && l.backward() == backward)
                    .mapToDouble(Launch::flops)
                    .sum();
        }
    }

    /** The gradient of a convolution of 2 images (3, 5, 5) with 4 filters 3×3 and a product with (100, 7). */
    private static double[] step(Backend backend) {
        double[] filters = new double[4 * 3 * 3 * 3];
        java.util.Arrays.setAll(filters, i -> 0.1 * (i % 7) - 0.3);
        double[] weights = new double[100 * 7];
        java.util.Arrays.setAll(weights, i -> 0.1 * (i % 5) - 0.2);
        try (Parameter w = new Parameter(backend, "w", Shape.of(4, 3, 3, 3), filters);
                Parameter v = new Parameter(backend, "v", Shape.of(100, 7), weights);
                Pass pass = Pass.train(backend, RandomKey.of(1))) {
            Variable x = pass.constant(backend.fill(Shape.of(2, 3, 5, 5), 0.5));
            Variable y = pass.inLayer("conv", () -> x.apply(new Convolution.Conv2d(GEOMETRY), pass.of(w)));
            Variable z = pass.inLayer("units", () -> y.reshape(Shape.of(2, 100)).matmul(pass.of(v)));
            return pass.gradients(z.square().sum(), List.of(w, v)).of(w).toDoubles();
        }
    }

    /** 1024 numbers fill a buffer on OpenCL: w, g and m read, w and m written. */
    @ParameterizedTest(name = "on {0}")
    @EnumSource(names = "REFERENCE", mode = EnumSource.Mode.EXCLUDE)
    void everyResultOfAFusedPrimitiveCountsAndAReshapeMovesNothing(BackendUnderTest which) {
        Backend backend = BACKENDS.get(which);
        Heard heard = new Heard();
        Scope scope = backend.openScope();
        try {
            Tensor x = backend.fill(Shape.of(1024), 0.5);
            backend.profile(heard);
            backend.reshape(x, Shape.of(32, 32));
            backend.fused(
                    new OptimizerUpdate.Sgd(0.1, 0.9, 0, false),
                    List.of(x, backend.affine(x, 1, 1), backend.affine(x, 2, 0)));
            backend.profile(null);
        } finally {
            scope.close();
        }
        long bytes = 1024L * which.precision().bytes();
        Launch sgd = heard.launches.get(heard.launches.size() - 1);
        assertEquals(5 * bytes, sgd.bytes(), sgd::toString);
        assertTrue(heard.launches.stream().noneMatch(l -> l.primitive().equals("reshape")), heard.launches::toString);
    }

    @ParameterizedTest(name = "on {0}")
    @EnumSource
    void operationsAreThoseOfTheFormulasByLayerAndPassAndTheBitsAreTheSame(BackendUnderTest which) {
        Backend backend = BACKENDS.get(which);
        double[] plain = step(backend);
        Heard heard = new Heard();
        long before = System.nanoTime();
        backend.profile(heard);
        double[] profiled = step(backend);
        backend.profile(null);
        long after = System.nanoTime();
        step(backend);
        assertArrayEquals(plain, profiled);
        double convolution = 2.0 * (2 * 4 * 5 * 5) * (3 * 3 * 3);
        double product = 2.0 * 2 * 100 * 7;
        assertEquals(convolution, heard.flops("conv", false));
        assertEquals(convolution, heard.flops("conv", true), "the weights' gradient alone: images have none");
        assertEquals(product, heard.flops("units", false));
        assertEquals(2 * product, heard.flops("units", true));
        long last = before;
        for (Launch launch : heard.launches) {
            assertTrue(launch.start() >= last, () -> "out of order or before listening began: " + launch);
            assertTrue(launch.nanos() >= 0 && launch.bytes() >= 0, launch::toString);
            last = launch.start();
        }
        assertTrue(last < after);
        assertTrue(
                heard.host.containsAll(List.of("conv", "units", "conv backward", "units backward")),
                heard.host::toString);
    }
}
