package org.hashgrad.kernels.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.hashgrad.tensor.BufferPool;
import org.hashgrad.tensor.Elements;
import org.hashgrad.tensor.Fetch;
import org.hashgrad.tensor.Precision;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_event;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * Copies between host and device that run behind the host's back, through blocks of page-locked host memory from a pool. A block goes back
 * when a wait has shown that its copy is done: the queue is in order, so what was enqueued before something that is done, is done. A training
 * step uploads the next batch before it waits for this one: as many bytes as two large uploads and what goes along may be under way, and free, if such an upload came twice.
 */
final class Transfers implements AutoCloseable {
    /** Of the largest upload that came twice: this batch, the next one, and what goes along. */
    private static final int UPLOADS = 3;

    private static final int ALIGNMENT = 64;

    private final Handle<cl_context> context;
    private final Handle<cl_command_queue> queue;
    private final DeviceMemory memory;
    private final Timeline timeline;
    private final int blockBytes;
    private final long most;
    private final BufferPool<Block> pool;
    private final Deque<Copy> underWay = new ArrayDeque<>();
    private long mostUnderWay;
    /** For the last upload that was larger than what there is room for. */
    private long wantedBefore;

    private long bytesUnderWay;
    private long copies;
    private long waits;
    private long blocks;

    /** Host memory that the driver has made and mapped. */
    private record Block(Handle<cl_mem> memory, ByteBuffer bytes, long size) {}

    /** @param arrived is given the block when the copy is done */
    private record Copy(long number, Block block, Consumer<ByteBuffer> arrived) {}

    Transfers(
            Handle<cl_context> context,
            Handle<cl_command_queue> queue,
            DeviceMemory memory,
            Timeline timeline,
            Limits limits) {
        this.context = context;
        this.queue = queue;
        this.memory = memory;
        this.timeline = timeline;
        this.blockBytes = limits.blockBytes();
        this.most = limits.mostUnderWay();
        mostUnderWay = limits.underWay();
        pool = new BufferPool<>(mostUnderWay, this::release);
    }

    /** How often the host waited for the device so far. */
    long waits() {
        return waits;
    }

    /** Blocks of host memory made so far. */
    long blocks() {
        return blocks;
    }

    /**
     * Copies {@code count} elements that {@code fill} writes, through one block of host memory at a time; waits only when too many copies are under
     * way, or when {@code fill} comes back to a block that it had left.
     */
    void send(DeviceBuffer to, int count, Precision precision, Consumer<Elements> fill) {
        Sending sending = new Sending(to, (long) count * precision.bytes());
        try {
            fill.accept(new HostElements(count, precision, blockBytes, sending));
            sending.leave();
        } finally {
            sending.drop();
        }
    }

    void send(DeviceBuffer to, int[] values) {
        Sending sending = new Sending(to, (long) Integer.BYTES * values.length);
        int most = blockBytes / Integer.BYTES;
        try {
            for (int from = 0; from < values.length - most; from += most) {
                sending.enter(from / most).asIntBuffer().put(values, from, most);
            }
            int last = (values.length - 1) / most;
            sending.enter(last).asIntBuffer().put(values, last * most, values.length - last * most);
            sending.leave();
        } finally {
            sending.drop();
        }
    }

    /** The blocks of a buffer on their way to the device. A block that is entered again is read back, so that nothing in it is lost. */
    private final class Sending implements HostElements.Blocks {
        private final DeviceBuffer to;
        private final long bytes;
        private final BitSet sent = new BitSet();
        private int index;
        private @Nullable Block block;

        Sending(DeviceBuffer to, long bytes) {
            this.to = to;
            this.bytes = bytes;
            expect(bytes);
        }

        @Override
        public ByteBuffer enter(int next) {
            leave();
            long from = (long) next * blockBytes;
            long length = Math.min(blockBytes, bytes - from);
            Block entered = take(length);
            block = entered;
            index = next;
            if (sent.get(next)) {
                read(to, from, Pointer.to(entered.bytes), length);
            }
            return entered.bytes;
        }

        /** Enqueues the copy of the block that was entered last, if any. */
        void leave() {
            Block full = block;
            if (full != null) {
                long from = (long) index * blockBytes;
                cl_event event = timeline.event();
                long length = Math.min(blockBytes, bytes - from);
                memory.command(
                        "write",
                        length,
                        () -> CL.clEnqueueWriteBuffer(
                                queue.get(),
                                to.memory().get(),
                                false,
                                from,
                                length,
                                Pointer.to(full.bytes),
                                0,
                                null,
                                event));
                start(full, ignored -> {});
                block = null;
                sent.set(index);
                timeline.enqueued("write", length, event);
            }
        }

        /** Gives up the block that was entered and not left, if any. */
        void drop() {
            if (block != null) {
                give(block);
            }
        }
    }

    /** Whether {@link #fetch} takes so much; more is better read at once. */
    boolean fits(long[] bytes) {
        long all = 0;
        for (long each : bytes) {
            all += aligned(each);
        }
        return all <= blockBytes;
    }

    /** Starts to copy buffers of {@code bytes} each to the host. */
    Fetch fetch(List<DeviceBuffer> from, long[] bytes, boolean doubles) {
        return new Fetching(from, bytes, doubles);
    }

    private final class Fetching implements Fetch {
        private final long[] bytes;
        private final boolean doubles;
        private final List<double[]> values = new ArrayList<>();
        private final Handle<cl_event> last;
        private final long number;

        Fetching(List<DeviceBuffer> from, long[] bytes, boolean doubles) {
            this.bytes = bytes;
            this.doubles = doubles;
            long all = 0;
            for (long each : bytes) {
                all += aligned(each);
            }
            Block block = take(all);
            cl_event event = new cl_event();
            try {
                long at = 0;
                for (int i = 0; i < bytes.length; i++) {
                    Pointer to = Pointer.to(block.bytes).withByteOffset(at);
                    OpenClException.check(
                            CL.clEnqueueReadBuffer(
                                    queue.get(),
                                    from.get(i).memory().get(),
                                    false,
                                    0,
                                    bytes[i],
                                    to,
                                    0,
                                    null,
                                    i == bytes.length - 1 ? event : null),
                            "clEnqueueReadBuffer of " + bytes[i] + " bytes");
                    at += aligned(bytes[i]);
                }
            } catch (RuntimeException e) {
                finish();
                give(block);
                throw e;
            }
            last = new Handle<>("event of a copy to the host", event, CL::clReleaseEvent);
            number = start(block, this::arrived);
            OpenClException.check(CL.clFlush(queue.get()), "clFlush");
        }

        private void arrived(ByteBuffer block) {
            int at = 0;
            for (long each : bytes) {
                ByteBuffer part = block.slice(at, (int) each).order(ByteOrder.nativeOrder());
                double[] mine = new double[(int) (each / (doubles ? Double.BYTES : Float.BYTES))];
                for (int i = 0; i < mine.length; i++) {
                    mine[i] = doubles ? part.getDouble(Double.BYTES * i) : part.getFloat(Float.BYTES * i);
                }
                values.add(mine);
                at += (int) aligned(each);
            }
            last.close();
        }

        @Override
        public double[] values(int i) {
            if (values.isEmpty()) {
                waits++;
                OpenClException.check(CL.clWaitForEvents(1, new cl_event[] {last.get()}), "clWaitForEvents");
                done(number);
            }
            return values.get(i);
        }
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Copies to the caller's memory and waits. */
    void read(DeviceBuffer from, Pointer to, long bytes) {
        read(from, 0, to, bytes);
    }

    private void read(DeviceBuffer from, long at, Pointer to, long bytes) {
        waits++;
        OpenClException.check(
                CL.clEnqueueReadBuffer(queue.get(), from.memory().get(), true, at, bytes, to, 0, null, null),
                "clEnqueueReadBuffer of " + bytes + " bytes");
        done(copies);
    }

    /** Waits until everything enqueued is done. */
    void finish() {
        waits++;
        OpenClException.check(CL.clFinish(queue.get()), "clFinish");
        done(copies);
    }

    /** Waits until everything enqueued is done and gives the free host memory back. */
    void drain() {
        finish();
        pool.close();
        OpenClException.check(CL.clFinish(queue.get()), "clFinish");
    }

    private long start(Block block, Consumer<ByteBuffer> arrived) {
        underWay.add(new Copy(++copies, block, arrived));
        bytesUnderWay += block.size;
        return copies;
    }

    /** Copies up to the one with this number have arrived. */
    private void done(long number) {
        for (Copy first = underWay.peek(); first != null && first.number <= number; first = underWay.peek()) {
            underWay.remove();
            bytesUnderWay -= first.block.size;
            first.arrived.accept(first.block.bytes);
            give(first.block);
        }
        timeline.report();
    }

    // ------------------------------------------------------------------ host memory

    /**
     * Uploads of so many bytes are to follow one another without a wait and without new blocks from the second one on: what is uploaded once
     * leaves no more page-locked than before.
     */
    private void expect(long bytes) {
        long held = bytes / blockBytes * BufferPool.sizeClass(blockBytes) + BufferPool.sizeClass(bytes % blockBytes);
        long wanted = Math.min(most, UPLOADS * held);
        if (wanted > mostUnderWay) {
            mostUnderWay = Math.max(mostUnderWay, Math.min(wanted, wantedBefore));
            wantedBefore = wanted;
            pool.raiseCap(mostUnderWay);
        }
    }

    /** Bytes of host memory that wait for the next copy. */
    long pooledBytes() {
        return pool.pooledBytes();
    }

    private Block take(long bytes) {
        long size = BufferPool.sizeClass(bytes);
        if (bytesUnderWay > 0 && bytesUnderWay + size > mostUnderWay) {
            finish();
        }
        Block pooled = pool.poll(size);
        return pooled != null ? pooled : make(size);
    }

    /** Waits for the device, as mapping does. */
    private Block make(long size) {
        blocks++;
        waits++;
        cl_mem[] made = new cl_mem[1];
        memory.command("allocate on the host", size, () -> {
            int[] code = new int[1];
            made[0] =
                    CL.clCreateBuffer(context.get(), CL.CL_MEM_READ_WRITE | CL.CL_MEM_ALLOC_HOST_PTR, size, null, code);
            return code[0];
        });
        Handle<cl_mem> handle = new Handle<>("host memory of " + size + " bytes", made[0], CL::clReleaseMemObject);
        @Nullable ByteBuffer[] mapped = new ByteBuffer[1];
        try {
            memory.command("map", size, () -> {
                int[] code = new int[1];
                mapped[0] = CL.clEnqueueMapBuffer(
                        queue.get(), made[0], true, CL.CL_MAP_READ | CL.CL_MAP_WRITE, 0, size, 0, null, null, code);
                return code[0];
            });
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
        ByteBuffer bytes = mapped[0];
        if (bytes == null) {
            handle.close();
            throw new IllegalStateException("opencl: mapped memory of " + size + " bytes has no address");
        }
        return new Block(handle, bytes.order(ByteOrder.nativeOrder()), size);
    }

    private void give(Block block) {
        pool.offer(block.size, block);
    }

    private void release(Block block) {
        cl_mem held = block.memory.get();
        int code = CL.clEnqueueUnmapMemObject(queue.get(), held, block.bytes, 0, null, null);
        block.memory.close();
        OpenClException.check(code, "clEnqueueUnmapMemObject of " + block.size + " bytes");
    }

    /** To be called when the device is done; closing twice is harmless. */
    @Override
    public void close() {
        if (!queue.isClosed()) {
            done(copies);
            pool.close();
            CL.clFinish(queue.get());
        }
    }
}
