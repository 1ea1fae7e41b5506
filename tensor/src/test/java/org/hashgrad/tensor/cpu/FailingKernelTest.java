package org.hashgrad.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;
import org.junit.jupiter.api.Test;

class FailingKernelTest {
    /** Kernels of which two fail. */
    private static Kernels failing() {
        Kernels sound = CpuProvider.kernels();
        return (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("unary") || method.getName().equals("affineRows")) {
                        throw new IllegalStateException("broken kernel");
                    }
                    try {
                        return method.invoke(sound, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void aKernelThatThrowsLeavesNoMemoryBehind() {
        try (Backend on = new CpuBackend(2, failing())) {
            try (Scope scope = on.openScope()) {
                Tensor x = scope.keep(on.fill(Shape.of(4, 3), 1));
                Tensor b = scope.keep(on.fill(Shape.of(3), 1));
                long before = on.liveBytes();
                assertThrows(IllegalStateException.class, () -> on.unary(UnaryOp.EXP, x));
                assertThrows(
                        IllegalStateException.class,
                        () -> on.fused(new BiasActivation(Activation.RELU), List.of(x, b)));
                assertEquals(before, on.liveBytes());
            }
        }
    }

    @Test
    void aClosedBackendMakesNothing() {
        for (Backend on : List.of(new CpuBackend(1), new ReferenceBackend())) {
            Tensor x = on.fill(Shape.of(3), 1).share();
            on.close();
            long before = on.liveBytes();
            assertThrows(IllegalStateException.class, () -> on.fill(Shape.of(3), 1));
            assertThrows(IllegalStateException.class, () -> on.tensor(Shape.of(1), 1.0));
            assertThrows(IllegalStateException.class, () -> on.tensor(Shape.of(1), new float[] {1}));
            assertThrows(IllegalStateException.class, () -> on.affine(x, 1, 1));
            assertThrows(IllegalStateException.class, () -> on.reshape(x, Shape.of(3, 1)));
            assertEquals(before, on.liveBytes());
            x.close();
            assertEquals(0, on.liveBytes());
        }
    }
}
