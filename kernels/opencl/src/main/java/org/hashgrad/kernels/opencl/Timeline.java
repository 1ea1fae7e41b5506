package org.hashgrad.kernels.opencl;

import java.util.ArrayDeque;
import java.util.Deque;
import org.hashgrad.tensor.Activity;
import org.hashgrad.tensor.Launch;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_event;
import org.jspecify.annotations.Nullable;

/**
 * When commands ran, by the events of a queue that takes times. They are reported after waits, as far as they are known to be done by then; nothing
 * waits for an event. While nobody listens there are no events.
 */
final class Timeline implements AutoCloseable {
    private static final int CLOCK_TRIES = 5;

    private final Handle<cl_command_queue> queue;
    private final Deque<Command> underWay = new ArrayDeque<>();
    private @Nullable Activity activity;
    private long toHostClock;

    private record Command(Launch launch, Handle<cl_event> event) {}

    Timeline(Handle<cl_command_queue> queue) {
        this.queue = queue;
    }

    /**
     * Takes times from now on, on a queue that was made for it and has nothing to do.
     *
     * @param to small memory, for commands that set the device's clock against the host's
     */
    void start(Activity heard, DeviceBuffer to) {
        toHostClock = Long.MAX_VALUE;
        for (int i = 0; i < CLOCK_TRIES; i++) {
            toHostClock = Math.min(toHostClock, seenAfter(to));
        }
        activity = heard;
    }

    /** The host's clock when it sees that a command has ended, less the device's clock at its end: too much where the host looks late, never too little. */
    private long seenAfter(DeviceBuffer to) {
        cl_event event = new cl_event();
        OpenClException.check(
                CL.clEnqueueWriteBuffer(
                        queue.get(), to.memory().get(), true, 0, 4, Pointer.to(new int[1]), 0, null, event),
                "clEnqueueWriteBuffer");
        long now = System.nanoTime();
        try (Handle<cl_event> done = new Handle<>("event", event, CL::clReleaseEvent)) {
            return now - time(done.get(), CL.CL_PROFILING_COMMAND_END);
        }
    }

    /** Reports what is left and takes no more times. */
    void stop() {
        report();
        activity = null;
    }

    /** For the next command; null while nobody listens. */
    @Nullable
    cl_event event() {
        return activity == null ? null : new cl_event();
    }

    /** The command {@code kernel} was enqueued with an event of {@link #event}. */
    void enqueued(String kernel, long bytes, @Nullable cl_event event) {
        if (activity != null && event != null) {
            underWay.add(new Command(
                    activity.launch(kernel, bytes), new Handle<>("event of " + kernel, event, CL::clReleaseEvent)));
        }
    }

    /** Reports the commands that are done, oldest first. */
    void report() {
        for (Command first = underWay.peek(); first != null && isDone(first); first = underWay.peek()) {
            underWay.remove();
            cl_event event = first.event.get();
            long start = time(event, CL.CL_PROFILING_COMMAND_START);
            long end = time(event, CL.CL_PROFILING_COMMAND_END);
            first.event.close();
            if (activity != null) {
                activity.ran(first.launch, start + toHostClock, end - start);
            }
        }
    }

    private static boolean isDone(Command command) {
        int[] status = new int[1];
        OpenClException.check(
                CL.clGetEventInfo(
                        command.event.get(),
                        CL.CL_EVENT_COMMAND_EXECUTION_STATUS,
                        Sizeof.cl_int,
                        Pointer.to(status),
                        null),
                "clGetEventInfo");
        return status[0] <= CL.CL_COMPLETE;
    }

    private static long time(cl_event event, int which) {
        long[] nanos = new long[1];
        OpenClException.check(
                CL.clGetEventProfilingInfo(event, which, Sizeof.cl_ulong, Pointer.to(nanos), null),
                "clGetEventProfilingInfo");
        return nanos[0];
    }

    @Override
    public void close() {
        Handle.closeAll(underWay.stream().map(Command::event).toList());
        underWay.clear();
    }
}
