package org.hashgrad.kernels.opencl;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in device memory: row-major, blocked by channels (see {@link Layout}), or both, and forms that kernels packed for themselves. Values never
 * change, so a form that is not there is made when it is first asked for and stays as long as the tensor.
 */
final class OpenClStorage extends Storage {
    private final Engine engine;
    private @Nullable DeviceBuffer rowMajor;
    private @Nullable Blocked blocked;
    private final Map<Object, DeviceBuffer> forms = new HashMap<>(0);

    private record Blocked(Shape shape, DeviceBuffer buffer) {}

    /** Takes over {@code buffer}, which holds {@code shape} in the layout that {@code blocked} says. */
    OpenClStorage(Backend backend, Engine engine, Shape shape, DeviceBuffer buffer, boolean blocked) {
        super(backend, (long) shape.size() * engine.precision().bytes());
        this.engine = engine;
        if (blocked) {
            this.blocked = new Blocked(shape, buffer);
        } else {
            this.rowMajor = buffer;
        }
    }

    DeviceBuffer rowMajor() {
        if (rowMajor == null) {
            Blocked from = Objects.requireNonNull(blocked);
            rowMajor = engine.layout().toRowMajor(from.buffer, from.shape);
        }
        return rowMajor;
    }

    /** The elements as a blocked {@code shape}, which may be another than the one they were made with. */
    DeviceBuffer blocked(Shape shape) {
        Blocked held = blocked;
        if (held == null || !held.shape.equals(shape)) {
            DeviceBuffer made = engine.layout().toBlocked(rowMajor(), shape);
            if (held != null) {
                engine.give(held.buffer);
            }
            held = new Blocked(shape, made);
            blocked = held;
        }
        return held.buffer;
    }

    /** The elements in the form that {@code key} names to the kernels that pack and read it, for example weights. */
    DeviceBuffer form(Object key, Supplier<DeviceBuffer> pack) {
        DeviceBuffer known = forms.get(key);
        if (known == null) {
            known = pack.get();
            forms.put(key, known);
        }
        return known;
    }

    /** Keeps the blocked form alone, as if a kernel had made it; so tests reach every kernel with blocked inputs. */
    void keepBlocked(Shape shape) {
        blocked(shape);
        if (rowMajor != null) {
            engine.give(rowMajor);
            rowMajor = null;
        }
    }

    boolean isBlocked(Shape shape) {
        return blocked != null && blocked.shape.equals(shape);
    }

    @Override
    protected void free() {
        if (rowMajor != null) {
            engine.give(rowMajor);
        }
        if (blocked != null) {
            engine.give(blocked.buffer);
        }
        forms.values().forEach(engine::give);
    }
}
