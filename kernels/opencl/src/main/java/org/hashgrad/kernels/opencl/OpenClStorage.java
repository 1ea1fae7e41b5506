package org.hashgrad.kernels.opencl;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
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
    /** One for each shape that the elements were asked for in; the first is what they were made with, if not row-major. */
    private final Map<Shape, DeviceBuffer> blocked = new LinkedHashMap<>(2);

    private final Map<Object, DeviceBuffer> forms = new HashMap<>(0);
    private boolean ones;

    /** Takes over {@code buffer}, which holds {@code shape} in the layout that {@code isBlocked} says. */
    OpenClStorage(Backend backend, Engine engine, Shape shape, DeviceBuffer buffer, boolean isBlocked) {
        super(backend, buffer.bytes());
        this.engine = engine;
        if (isBlocked) {
            blocked.put(shape, buffer);
        } else {
            rowMajor = buffer;
        }
    }

    DeviceBuffer rowMajor() {
        if (rowMajor == null) {
            Map.Entry<Shape, DeviceBuffer> from = blocked.entrySet().iterator().next();
            rowMajor = counted(engine.layout().toRowMajor(from.getValue(), from.getKey()));
        }
        return rowMajor;
    }

    /** The elements as a blocked {@code shape}, which may be another than the one they were made with. */
    DeviceBuffer blocked(Shape shape) {
        DeviceBuffer held = blocked.get(shape);
        if (held == null) {
            held = counted(engine.layout().toBlocked(rowMajor(), shape));
            blocked.put(shape, held);
        }
        return held;
    }

    /** The elements in the form that {@code key} names to the kernels that pack and read it, for example weights. */
    DeviceBuffer form(Object key, Supplier<DeviceBuffer> pack) {
        DeviceBuffer known = forms.get(key);
        if (known == null) {
            known = counted(pack.get());
            forms.put(key, known);
        }
        return known;
    }

    /** The same as {@link #form}, which is no longer kept here but the caller's. */
    DeviceBuffer takeForm(Object key, Supplier<DeviceBuffer> make) {
        DeviceBuffer known = forms.remove(key);
        if (known == null) {
            return make.get();
        }
        hold(-known.bytes());
        return known;
    }

    /** The row-major elements of a storage that nobody reads again, which are the caller's from now on. */
    DeviceBuffer takeRowMajor() {
        DeviceBuffer taken = rowMajor();
        rowMajor = null;
        hold(-taken.bytes());
        return taken;
    }

    /** Says that every element is 1, which spares kernels a multiplication. */
    void markOnes() {
        ones = true;
    }

    /** Whether every element is known to be 1. */
    boolean isOnes() {
        return ones;
    }

    private DeviceBuffer counted(DeviceBuffer made) {
        hold(made.bytes());
        return made;
    }

    /** Keeps one blocked form alone, as if a kernel had made it; so tests reach every kernel with blocked inputs. */
    void keepBlocked(Shape shape) {
        DeviceBuffer kept = blocked(shape);
        if (rowMajor != null) {
            drop(rowMajor);
            rowMajor = null;
        }
        blocked.remove(shape);
        blocked.values().forEach(this::drop);
        blocked.clear();
        blocked.put(shape, kept);
    }

    private void drop(DeviceBuffer form) {
        hold(-form.bytes());
        engine.give(form);
    }

    boolean isBlocked(Shape shape) {
        return blocked.containsKey(shape);
    }

    @Override
    protected void free() {
        if (rowMajor != null) {
            engine.give(rowMajor);
        }
        blocked.values().forEach(engine::give);
        forms.values().forEach(engine::give);
    }
}
