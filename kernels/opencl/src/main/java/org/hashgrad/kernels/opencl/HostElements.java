package org.hashgrad.kernels.opencl;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.hashgrad.tensor.Elements;
import org.hashgrad.tensor.Precision;

/** Elements of either precision in blocks of host memory, of which one is at hand at a time. */
final class HostElements implements Elements {
    /** Where the blocks come from. */
    interface Blocks {
        /** The memory of a block, in native byte order; that of the block before is no longer written. */
        ByteBuffer enter(int block);
    }

    private final int count;
    private final boolean doubles;
    private final int perBlock;
    private final Blocks blocks;
    private ByteBuffer block = ByteBuffer.allocate(0);
    private int first;
    private int end;

    HostElements(int count, Precision precision, int blockBytes, Blocks blocks) {
        this.count = count;
        this.doubles = precision == Precision.F64;
        this.perBlock = blockBytes / precision.bytes();
        this.blocks = blocks;
    }

    @Override
    public void set(int at, double value) {
        reach(Objects.checkIndex(at, count));
        put(at - first, value);
    }

    @Override
    public void set(int at, float[] values, int from, int length) {
        Objects.checkFromIndexSize(at, length, count);
        int done = 0;
        while (done < length) {
            reach(at + done);
            int part = Math.min(length - done, end - (at + done));
            if (doubles) {
                for (int i = 0; i < part; i++) {
                    put(at + done - first + i, values[from + done + i]);
                }
            } else {
                block.asFloatBuffer().put(at + done - first, values, from + done, part);
            }
            done += part;
        }
    }

    private void put(int i, double value) {
        if (doubles) {
            block.putDouble(Double.BYTES * i, value);
        } else {
            block.putFloat(Float.BYTES * i, (float) value);
        }
    }

    private void reach(int at) {
        if (at < first || at >= end) {
            end = 0;
            block = blocks.enter(at / perBlock);
            first = at / perBlock * perBlock;
            end = first + Math.min(perBlock, count - first);
        }
    }
}
