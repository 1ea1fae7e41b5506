package org.hashgrad.kernels.opencl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.hashgrad.tensor.Activity;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Storage;
import org.hashgrad.tensor.Tensor;
import org.jocl.CL;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_device_partition_property;
import org.jocl.cl_event;
import org.jspecify.annotations.Nullable;

/** One opened device: context, in-order queue, programs and memory, and what every kernel family needs to run. */
final class Engine implements AutoCloseable {
    /** Items that every device of the GPU family can put into a work-group. */
    static final int LEAST_GROUP = 32;

    private static final int MOST_GROUP = 256;

    private final OpenClDevice device;
    private final Precision precision;
    private final Family family;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final Handle<cl_context> context;
    private final Handle<cl_command_queue> queue;
    private final Programs programs;
    private final DeviceMemory memory;
    private final Transfers transfers;
    private final Timeline timeline;
    private final Layout layout = new Layout(this);
    private @Nullable Backend backend;
    private long copies;

    /** With the kernels made for the device. */
    Engine(OpenClDevice probed, Precision precision, int threads) {
        this(probed, precision, threads, Family.of(probed));
    }

    /** @param threads compute units to use, 0 = all */
    Engine(OpenClDevice probed, Precision precision, int threads, Family family) {
        this(probed, precision, threads, family, Limits.of(probed));
    }

    Engine(OpenClDevice probed, Precision precision, int threads, Family family, Limits limits) {
        this.precision = precision;
        this.family = family;
        try {
            this.device = threads > 0 && threads < probed.computeUnits() ? divided(probed, threads) : probed;
            int[] code = new int[1];
            cl_context made = CL.clCreateContext(
                    new cl_context_properties(), 1, new cl_device_id[] {device.id()}, null, null, code);
            OpenClException.check(code[0], "clCreateContext on '" + device.name() + "'");
            this.context = own(new Handle<>("context", made, CL::clReleaseContext));
            this.queue = own(new Handle<>("queue", createQueue(made, 0), CL::clReleaseCommandQueue));
            this.memory = own(new DeviceMemory(device, context, this::drain));
            this.timeline = own(new Timeline(queue));
            this.transfers = own(new Transfers(context, queue, memory, timeline, limits));
            this.programs = own(new Programs(device, context, queue, memory, timeline, precision, family, limits));
        } catch (RuntimeException e) {
            try {
                closeOwned();
            } catch (RuntimeException failure) {
                e.addSuppressed(failure);
            }
            throw e;
        }
    }

    private void drain() {
        transfers.drain();
    }

    private OpenClDevice divided(OpenClDevice whole, int units) {
        cl_device_partition_property byCounts = new cl_device_partition_property();
        byCounts.addProperty(CL.CL_DEVICE_PARTITION_BY_COUNTS, units);
        byCounts.addProperty(CL.CL_DEVICE_PARTITION_BY_COUNTS_LIST_END, 0);
        cl_device_id[] part = new cl_device_id[1];
        int code = CL.clCreateSubDevices(whole.id(), byCounts, 1, part, null);
        if (code != CL.CL_SUCCESS) {
            throw new BackendException("opencl: device '" + whole.name() + "' can't be limited to " + units + " of its "
                    + whole.computeUnits() + " compute units: " + OpenClException.describe(code) + "; use 0 for all");
        }
        own(new Handle<>("sub-device", part[0], CL::clReleaseDevice));
        return whole.withUnits(part[0], units);
    }

    @SuppressWarnings("deprecation") // the successor needs OpenCL 2.0 on the device
    private cl_command_queue createQueue(cl_context context, long properties) {
        int[] code = new int[1];
        cl_command_queue made = CL.clCreateCommandQueue(context, device.id(), properties, code);
        OpenClException.check(code[0], "clCreateCommandQueue on '" + device.name() + "'");
        return made;
    }

    private <C extends AutoCloseable> C own(C resource) {
        owned.add(resource);
        return resource;
    }

    /** Names the backend whose storages this engine makes. */
    void serve(Backend owner) {
        backend = owner;
        memory.countLiveWith(owner::liveBytes);
    }

    OpenClDevice device() {
        return device;
    }

    Precision precision() {
        return precision;
    }

    Family family() {
        return family;
    }

    /** Elements of the widest vector of the kernels that both families share. */
    int lanes() {
        return family.lanes(precision);
    }

    /** Items of a work-group that joins its values in a tree: a power of 2, at least {@link #LEAST_GROUP}. */
    int group() {
        return (int) Math.max(LEAST_GROUP, Long.highestOneBit(Math.min(MOST_GROUP, device.largestGroup())));
    }

    /** The tiles whose items and local memory the device has; the smallest one fits everywhere. */
    List<Tile> fitting(List<Tile> tiles) {
        Tile smallest = tiles.get(tiles.size() - 1);
        return tiles.stream()
                .filter(tile -> tile.equals(smallest) || tile.fits(device, precision))
                .toList();
    }

    /** What was enqueued so far: launches by kernel, and copies on the device as {@code copy}. */
    SortedMap<String, Long> launches() {
        SortedMap<String, Long> launches = programs.launches();
        launches.put("copy", copies);
        return launches;
    }

    /** Copies between host and device. */
    Transfers transfers() {
        return transfers;
    }

    /** Buffers of the device and blocks of host memory allocated so far. */
    long allocations() {
        return memory.allocations() + transfers.blocks();
    }

    int builds() {
        return programs.builds();
    }

    long pooledBytes() {
        return memory.pooledBytes();
    }

    /** Begins or ceases to take the times of commands, on a queue made for it; nothing may be under way. */
    void takeTimes(boolean wanted, Activity activity) {
        timeline.stop();
        queue.replace(createQueue(context.get(), wanted ? CL.CL_QUEUE_PROFILING_ENABLE : 0));
        if (wanted) {
            try (Scratch any = scratch(1)) {
                timeline.start(activity, any.buffer());
            }
        }
    }

    Programs programs() {
        return programs;
    }

    Kernel kernel(String file, String name) {
        return programs.kernel(file, name, "");
    }

    /** A kernel whose work-groups are {@link #group()} items that join their values. */
    Kernel tree(String file, String name) {
        return programs.kernel(file, name, "-D GROUP=" + group());
    }

    Kernel kernel(String file, String name, String defines) {
        return programs.kernel(file, name, defines);
    }

    // ------------------------------------------------------------------ layouts

    /** The elements row-major; a blocked tensor is converted once and keeps both forms. */
    static DeviceBuffer of(Tensor x) {
        return ((OpenClStorage) x.storage()).rowMajor();
    }

    /** The elements of x (N, C, H, W) blocked by channels, see {@link Layout}; a row-major tensor is converted once and keeps both forms. */
    static DeviceBuffer blocked(Tensor x) {
        return ((OpenClStorage) x.storage()).blocked(x.shape());
    }

    /** Whether x is at hand blocked by channels, so that a kernel for that layout needs no conversion. */
    static boolean isBlocked(Tensor x) {
        return ((OpenClStorage) x.storage()).isBlocked(x.shape());
    }

    /** Whether every element of x is known to be 1, as in the cotangent of a loss. */
    static boolean isOnes(Tensor x) {
        return ((OpenClStorage) x.storage()).isOnes();
    }

    Layout layout() {
        return layout;
    }

    // ------------------------------------------------------------------ memory

    /** A new storage filled by {@code fill}, which is given back when that fails. */
    Storage make(Shape shape, Consumer<DeviceBuffer> fill) {
        return makeAll(List.of(shape), out -> fill.accept(out.get(0))).get(0);
    }

    /** As {@link #make}, for a kernel that writes (N, C, H, W) blocked by channels. */
    Storage makeBlocked(Shape shape, Consumer<DeviceBuffer> fill) {
        return makeAllBlocked(List.of(shape), out -> fill.accept(out.get(0))).get(0);
    }

    /** Several storages filled together, those of rank 4 blocked by channels. */
    List<Storage> makeAllBlocked(List<Shape> shapes, Consumer<List<DeviceBuffer>> fill) {
        return makeAll(shapes, true, fill);
    }

    /** Several storages filled together. */
    List<Storage> makeAll(List<Shape> shapes, Consumer<List<DeviceBuffer>> fill) {
        return makeAll(shapes, false, fill);
    }

    private List<Storage> makeAll(List<Shape> shapes, boolean block, Consumer<List<DeviceBuffer>> fill) {
        Backend owner = owner();
        List<Storage> made = new ArrayList<>(shapes.size());
        List<DeviceBuffer> buffers = new ArrayList<>(shapes.size());
        try {
            for (Shape shape : shapes) {
                queue.get();
                boolean blocked = block && shape.rank() == 4;
                DeviceBuffer buffer = take(blocked ? layout.size(shape) : shape.size());
                buffers.add(buffer);
                made.add(new OpenClStorage(owner, this, shape, buffer, blocked));
            }
            fill.accept(buffers);
            return made;
        } catch (RuntimeException e) {
            made.forEach(Storage::release);
            throw e;
        }
    }

    /** A storage of {@code buffer}, which is its own from now on. */
    Storage storage(Shape shape, DeviceBuffer buffer) {
        return new OpenClStorage(owner(), this, shape, buffer, false);
    }

    private Backend owner() {
        Backend owner = backend;
        if (owner == null) {
            throw new IllegalStateException("opencl: engine without a backend");
        }
        return owner;
    }

    private long bytes(long count) {
        return count * precision.bytes();
    }

    /** Memory for {@code count} elements, not initialised. */
    DeviceBuffer take(long count) {
        return memory.take(bytes(count));
    }

    /** Memory for {@code count} elements filled by {@code fill}, which is given back when that fails. */
    DeviceBuffer filled(long count, Consumer<DeviceBuffer> fill) {
        DeviceBuffer buffer = take(count);
        try {
            fill.accept(buffer);
            return buffer;
        } catch (RuntimeException e) {
            give(buffer);
            throw e;
        }
    }

    /** Integers on the device until they are given back. */
    DeviceBuffer integers(int[] values) {
        DeviceBuffer buffer = memory.take((long) Integer.BYTES * values.length);
        try {
            transfers.send(buffer, values);
            return buffer;
        } catch (RuntimeException e) {
            give(buffer);
            throw e;
        }
    }

    /** Integers that kernels count in, 0 at first, until the engine is closed. */
    DeviceBuffer counters(int count) {
        DeviceBuffer made = integers(new int[count]);
        own(made.memory());
        return made;
    }

    void give(DeviceBuffer buffer) {
        memory.give(buffer);
    }

    /** Memory for the length of one operation. */
    final class Scratch implements AutoCloseable {
        private final DeviceBuffer buffer;
        private boolean closed;

        private Scratch(DeviceBuffer buffer) {
            this.buffer = buffer;
        }

        DeviceBuffer buffer() {
            return buffer;
        }

        /** Closing twice is harmless. */
        @Override
        public void close() {
            if (!closed) {
                closed = true;
                memory.give(buffer);
            }
        }
    }

    /** Uninitialised elements for the length of one operation. */
    Scratch scratch(long count) {
        return new Scratch(take(count));
    }

    /** Elements filled by {@code fill}, for the length of one operation. */
    Scratch scratch(long count, Consumer<DeviceBuffer> fill) {
        return filled(scratch(count), fill);
    }

    /** Integers on the device for the length of one operation. */
    Scratch scratch(int[] values) {
        return new Scratch(integers(values));
    }

    private static Scratch filled(Scratch made, Consumer<DeviceBuffer> fill) {
        try {
            fill.accept(made.buffer());
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** Row indices on the device for the length of one operation. */
    Scratch scratch(IndexTensor rows) {
        return scratch(rows.toArray());
    }

    void copy(DeviceBuffer from, long fromElement, DeviceBuffer to, long toElement, long count) {
        copies++;
        cl_event event = timeline.event();
        memory.command(
                "copy",
                bytes(count),
                () -> CL.clEnqueueCopyBuffer(
                        queue.get(),
                        from.memory().get(),
                        to.memory().get(),
                        bytes(fromElement),
                        bytes(toElement),
                        bytes(count),
                        0,
                        null,
                        event));
        timeline.enqueued("copy", 2 * bytes(count), event);
    }

    /** Waits and gives everything back; closing twice is harmless. */
    @Override
    public void close() {
        if (!queue.isClosed()) {
            CL.clFinish(queue.get());
        }
        closeOwned();
    }

    private void closeOwned() {
        List<AutoCloseable> newestFirst = new ArrayList<>(owned);
        Collections.reverse(newestFirst);
        Handle.closeAll(newestFirst);
    }
}
