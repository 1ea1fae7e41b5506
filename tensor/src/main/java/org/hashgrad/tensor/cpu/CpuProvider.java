package org.hashgrad.tensor.cpu;

import java.util.List;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.BackendProvider;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;

/** Offers the {@link CpuBackend}, everywhere; the driver column says whether its inner loops are SIMD. */
public final class CpuProvider implements BackendProvider {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final String VECTOR_KERNELS = "org.hashgrad.tensor.cpu.vector.VectorKernels";

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public List<Device> devices() {
        String driver = "Java " + System.getProperty("java.version") + ", "
                + (vectorModulePresent() ? "vector" : "scalar (--add-modules " + VECTOR_MODULE + " for SIMD)");
        return List.of(new Device("cpu", "java", Device.Kind.CPU, driver, List.of(Precision.F32), "", ""));
    }

    @Override
    public Backend open(Device device, Precision precision, int threads) {
        if (precision != Precision.F32 || threads < 0) {
            throw new BackendException(
                    "cpu: need precision F32 and threads >= 0, got " + precision + " and " + threads);
        }
        return new CpuBackend(threads);
    }

    private static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }

    /** The SIMD twin where the JVM has the vector module, else the scalar one. */
    static Kernels kernels() {
        return twin(Kernels.class, VECTOR_KERNELS, ScalarKernels::new);
    }

    /** The class of that name where the JVM has the vector module, else the plain one. */
    static <T> T twin(Class<T> type, String vector, Supplier<? extends T> scalar) {
        if (!vectorModulePresent()) {
            return scalar.get();
        }
        try {
            return Class.forName(vector).asSubclass(type).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new BackendException("cpu: " + vector + " is missing from the class path", e);
        }
    }
}
