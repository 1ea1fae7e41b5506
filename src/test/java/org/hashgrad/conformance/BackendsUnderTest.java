package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.Map;
import org.hashgrad.tensor.Backend;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Registered as a static field of a test class: opens each backend once for the class, asserts after every test that nothing is live on
 * any of them, and closes them at the end.
 */
final class BackendsUnderTest implements AfterEachCallback, AfterAllCallback {
    private final Map<BackendUnderTest, Backend> opened = new EnumMap<>(BackendUnderTest.class);

    Backend get(BackendUnderTest which) {
        return opened.computeIfAbsent(which, BackendUnderTest::open);
    }

    Backend reference() {
        return get(BackendUnderTest.REFERENCE);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        opened.forEach((which, backend) ->
                assertEquals(0, backend.liveBytes(), "live bytes of " + which + " after " + context.getDisplayName()));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        opened.values().forEach(Backend::close);
        opened.clear();
    }
}
