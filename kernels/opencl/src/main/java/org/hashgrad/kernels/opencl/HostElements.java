package org.hashgrad.kernels.opencl;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.hashgrad.tensor.Elements;
import org.hashgrad.tensor.Precision;

/** Elements of either precision in a block of host memory. */
final class HostElements {
    private HostElements() {}

    static Elements of(Precision precision, ByteBuffer block) {
        return precision == Precision.F32 ? new Floats(block.asFloatBuffer()) : new Doubles(block.asDoubleBuffer());
    }

    private record Floats(FloatBuffer to) implements Elements {
        @Override
        public void set(int at, double value) {
            to.put(at, (float) value);
        }

        @Override
        public void set(int at, float[] values, int from, int count) {
            to.put(at, values, from, count);
        }
    }

    private record Doubles(DoubleBuffer to) implements Elements {
        @Override
        public void set(int at, double value) {
            to.put(at, value);
        }

        @Override
        public void set(int at, float[] values, int from, int count) {
            for (int i = 0; i < count; i++) {
                to.put(at + i, values[from + i]);
            }
        }
    }
}
