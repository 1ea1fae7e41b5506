package org.hashgrad.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives a test the F64 reference as a {@link Backend} parameter and asserts that no byte is live when the test is over. */
public final class OnReference implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(OnReference.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Backend.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(SPACE).getOrComputeIfAbsent("backend", key -> new ReferenceBackend(), Backend.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Backend backend = context.getStore(SPACE).remove("backend", Backend.class);
        if (backend != null) {
            long live = backend.liveBytes();
            backend.close();
            assertEquals(0, live, "live bytes after the test");
        }
    }
}
