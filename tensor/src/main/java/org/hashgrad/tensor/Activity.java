package org.hashgrad.tensor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a backend is busy with, for its {@link Profiler}. While there is none, this costs a comparison with null per operation. */
public final class Activity {
    private @Nullable Profiler profiler;
    private String layer = "";
    private boolean backward;
    private long layerSince;
    private String primitive = "";
    private double flops;
    private long bytes;
    private long start;

    Activity() {}

    /** Whether somebody listens. */
    public boolean isHeard() {
        return profiler != null;
    }

    void hear(@Nullable Profiler next) {
        profiler = next;
        primitive = "";
        flops = 0;
        layerSince = System.nanoTime();
    }

    String layer() {
        return layer;
    }

    void enter(String next, boolean nextBackward) {
        if (profiler != null && (backward != nextBackward || !layer.equals(next))) {
            long now = System.nanoTime();
            if (!layer.isEmpty()) {
                profiler.hostWasIn(layer, backward, layerSince, now - layerSince);
            }
            layerSince = now;
        }
        layer = next;
        backward = nextBackward;
    }

    /** An operation begins, or has one more input of {@code inputBytes}. */
    void begin(String operation, long inputBytes) {
        if (profiler == null) {
            return;
        }
        if (!operation.equals(primitive)) {
            primitive = operation;
            flops = 0;
            bytes = 0;
            start = System.nanoTime();
        }
        bytes += inputBytes;
    }

    /** What the operation is called in a profile. */
    <E extends Enum<E>> void name(E kind) {
        if (profiler != null) {
            primitive = kind.name().toLowerCase(Locale.ROOT);
        }
    }

    void name(FusedPrimitive fused) {
        if (profiler != null) {
            String whole = fused.getClass().getName();
            primitive = whole.substring(whole.lastIndexOf('.') + 1).replace('$', ' ');
        }
    }

    void work(double operations) {
        flops = operations;
    }

    /** The operation is over; {@code whole} when it ran as a whole while the host waited. */
    void end(long outputBytes, boolean whole) {
        if (profiler != null && !primitive.isEmpty()) {
            if (whole) {
                long now = System.nanoTime();
                profiler.ran(new Launch(
                        layer, backward, primitive, primitive, flops, bytes + outputBytes, start, now - start));
            }
            primitive = "";
        }
    }

    /** A kernel as the backend enqueues it, without times. The first one of a primitive takes the primitive's operations. */
    public Launch launch(String kernel, long argumentBytes) {
        Launch launch = new Launch(
                layer, backward, primitive.isEmpty() ? kernel : primitive, kernel, flops, argumentBytes, 0, 0);
        flops = 0;
        return launch;
    }

    /** Reports a kernel that ran behind the host. */
    public void ran(Launch launch, long started, long nanos) {
        if (profiler != null) {
            profiler.ran(new Launch(
                    launch.layer(),
                    launch.backward(),
                    launch.primitive(),
                    launch.kernel(),
                    launch.flops(),
                    launch.bytes(),
                    started,
                    nanos));
        }
    }
}
