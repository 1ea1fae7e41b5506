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

    private static final int ONE = Float.floatToRawIntBits(1);

    private final int count;
    private final boolean doubles;
    private final int perBlock;
    private final Blocks blocks;
    private ByteBuffer block = ByteBuffer.allocate(0);
    private int[] bits = new int[0];
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
        inParts(at, length, (to, done, part) -> {
            if (doubles) {
                for (int i = 0; i < part; i++) {
                    put(to + i, values[from + done + i]);
                }
            } else {
                block.asFloatBuffer().put(to, values, from + done, part);
            }
        });
    }

    @Override
    public void setFlags(int at, int[] flags, int from, int length) {
        inParts(at, length, (to, done, part) -> {
            if (doubles) {
                for (int i = 0; i < part; i++) {
                    put(to + i, flags[from + done + i] == 0 ? 0 : 1);
                }
            } else {
                block.asIntBuffer().put(to, bitsOfOnes(flags, from + done, part), 0, part);
            }
        });
    }

    /** The bits of 0 and 1 in single precision, without a conversion that would be one element at a time. */
    private int[] bitsOfOnes(int[] flags, int from, int length) {
        if (bits.length < length) {
            bits = new int[length];
        }
        System.arraycopy(flags, from, bits, 0, length);
        for (int i = 0; i < length; i++) {
            bits[i] = (bits[i] | -bits[i]) >> 31 & ONE;
        }
        return bits;
    }

    /** Elements of the block at hand from {@code to} on, of which {@code done} were in blocks before. */
    private interface Part {
        void set(int to, int done, int part);
    }

    private void inParts(int at, int length, Part part) {
        Objects.checkFromIndexSize(at, length, count);
        int done = 0;
        while (done < length) {
            reach(at + done);
            int size = Math.min(length - done, end - (at + done));
            part.set(at + done - first, done, size);
            done += size;
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
