package org.hashgrad.kernels.opencl;

import java.util.Arrays;
import java.util.Objects;
import org.hashgrad.tensor.Precision;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;

/**
 * One kernel of a built program, ready to launch on the backend's queue. Arguments by type: {@link DeviceBuffer}, {@code Integer} (int),
 * {@code Double} (REAL) and {@code int[]} (a struct of ints).
 */
final class Kernel implements AutoCloseable {
    private static final long GROUP = 256;

    private final Handle<cl_kernel> handle;
    private final String name;
    private final Handle<cl_command_queue> queue;
    private final DeviceMemory memory;
    private final Timeline timeline;
    private final OpenClDevice device;
    private final Precision precision;
    private final long group;
    private final long wideGroup;
    private final long mostGroups;
    private Object[] current = {};
    private long launches;

    Kernel(
            Handle<cl_kernel> handle,
            String name,
            Handle<cl_command_queue> queue,
            DeviceMemory memory,
            Timeline timeline,
            OpenClDevice device,
            Precision precision,
            Family family,
            Limits limits) {
        this.handle = handle;
        this.name = name;
        this.queue = queue;
        this.memory = memory;
        this.timeline = timeline;
        this.device = device;
        this.precision = precision;
        long[] limit = new long[1];
        OpenClException.check(
                CL.clGetKernelWorkGroupInfo(
                        handle.get(),
                        device.id(),
                        CL.CL_KERNEL_WORK_GROUP_SIZE,
                        Sizeof.size_t,
                        Pointer.to(limit),
                        null),
                "clGetKernelWorkGroupInfo of " + name);
        this.group = Math.min(GROUP, limit[0]);
        this.mostGroups = limits.groups();
        this.wideGroup = Math.min(family.wideGroup(), limit[0]);
    }

    /** One work-item per element, in work-groups of 256 where the device can; the kernel checks its bounds. */
    void elements(long count, Object... arguments) {
        run(new long[] {roundUp(count, group)}, new long[] {group}, arguments);
    }

    String name() {
        return name;
    }

    /** Launches so far. */
    long launches() {
        return launches;
    }

    /** Work-groups of {@code items} along the first axis. */
    void groups(long x, long y, long z, long items, Object... arguments) {
        run(new long[] {x * items, y, z}, new long[] {items, 1, 1}, arguments);
    }

    /** Work-items that each do a lot, in groups of the family's size; the kernel checks its bounds. */
    void wide(long x, long y, long z, Object... arguments) {
        run(new long[] {roundUp(x, wideGroup), y, z}, new long[] {wideGroup, 1, 1}, arguments);
    }

    private static long roundUp(long count, long step) {
        return (count + step - 1) / step * step;
    }

    /** Work-items {@code offset} … {@code offset + global} of a launch. */
    interface Piece {
        void launch(long[] offset, long[] global);
    }

    /** Cuts {@code global} into pieces of at most {@code most} work-groups along every axis but the first. */
    static void cut(long[] offset, long[] global, long[] local, long most, Piece piece) {
        for (int axis = 1; axis < global.length; axis++) {
            long step = most * local[axis];
            if (global[axis] > step) {
                for (long first = 0; first < global[axis]; first += step) {
                    long[] from = offset.clone();
                    long[] part = global.clone();
                    from[axis] += first;
                    part[axis] = Math.min(step, global[axis] - first);
                    cut(from, part, local, most, piece);
                }
                return;
            }
        }
        piece.launch(offset, global);
    }

    /**
     * One launch, or several where a card has no room for as many work-groups. Along the second and third axis kernels know their place by
     * {@code get_global_id} alone; groups and sizes there are a piece's.
     *
     * @throws KernelLaunchException when the device refuses
     * @throws OutOfDeviceMemoryException when it lacks the memory, also at the second try
     */
    void run(long[] global, long[] local, Object... arguments) {
        cl_kernel kernel = handle.get();
        set(kernel, arguments);
        long bytes = 0;
        for (int i = 0; i < arguments.length; i++) {
            bytes += arguments[i] instanceof DeviceBuffer buffer && isFirst(arguments, i) ? buffer.bytes() : 0;
        }
        long all = bytes;
        long[] first = new long[global.length];
        cut(first, global, local, mostGroups, (offset, part) -> {
            enqueue(offset, part, local, Arrays.equals(offset, first) ? all : 0);
        });
    }

    /** @param bytes of the arguments, which only the first piece of a launch counts */
    private void enqueue(long[] offset, long[] global, long[] local, long bytes) {
        launches++;
        cl_event event = timeline.event();
        memory.command("launch kernel " + name, bytes, () -> {
            int code = CL.clEnqueueNDRangeKernel(
                    queue.get(), handle.get(), global.length, offset, global, local, 0, null, event);
            if (code != CL.CL_SUCCESS && !OpenClException.isOutOfMemory(code)) {
                throw new KernelLaunchException(name, global, local, device.name(), code);
            }
            return code;
        });
        timeline.enqueued(name, bytes, event);
    }

    private static boolean isFirst(Object[] arguments, int index) {
        for (int i = 0; i < index; i++) {
            if (arguments[i] == arguments[index]) {
                return false;
            }
        }
        return true;
    }

    /** Sets those arguments that differ from the last launch's, since setting one takes as long as several comparisons of all. */
    private void set(cl_kernel kernel, Object... arguments) {
        Object[] before = current;
        current = new Object[0];
        for (int i = 0; i < arguments.length; i++) {
            if (i >= before.length || !isSet(arguments[i], before[i])) {
                OpenClException.check(set(kernel, i, arguments[i]), "clSetKernelArg " + i + " of " + name);
            }
        }
        current = arguments;
    }

    private static boolean isSet(Object argument, Object before) {
        boolean freed =
                argument instanceof DeviceBuffer buffer && buffer.memory().isClosed();
        return !freed && Objects.deepEquals(argument, before);
    }

    private int set(cl_kernel kernel, int index, Object argument) {
        if (argument instanceof DeviceBuffer buffer) {
            cl_mem memory = buffer.memory().get();
            return CL.clSetKernelArg(kernel, index, Sizeof.cl_mem, Pointer.to(memory));
        }
        if (argument instanceof Integer value) {
            return CL.clSetKernelArg(kernel, index, Sizeof.cl_int, Pointer.to(new int[] {value}));
        }
        if (argument instanceof Double value) {
            return precision == Precision.F64
                    ? CL.clSetKernelArg(kernel, index, Sizeof.cl_double, Pointer.to(new double[] {value}))
                    : CL.clSetKernelArg(kernel, index, Sizeof.cl_float, Pointer.to(new float[] {value.floatValue()}));
        }
        if (argument instanceof int[] struct) {
            return CL.clSetKernelArg(kernel, index, (long) Sizeof.cl_int * struct.length, Pointer.to(struct));
        }
        throw new IllegalArgumentException(
                "launch: kernel " + name + " argument " + index + " is a " + argument.getClass());
    }

    @Override
    public void close() {
        handle.close();
    }
}
