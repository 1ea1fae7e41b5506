package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayoutTest extends OnDevice {
    private Tensor numbered(Precision precision, Shape shape) {
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 1;
        }
        return opencl(precision).tensor(shape, values);
    }

    private static OpenClStorage storage(Tensor x) {
        return (OpenClStorage) x.storage();
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void thereAndBackIsTheSameAroundEachTile(Precision precision) {
        int lanes = opencl(precision).engine().lanes();
        for (int channels : List.of(1, lanes - 1, lanes, lanes + 1, 2 * lanes, 3 * lanes + 1)) {
            for (int width : List.of(1, lanes - 1, lanes, lanes + 1, 2 * lanes + 3)) {
                Tensor x = numbered(precision, Shape.of(2, channels, 3, width));
                double[] before = x.toDoubles();
                storage(x).keepBlocked(x.shape());
                assertTrue(Engine.isBlocked(x));
                assertArrayEquals(before, x.toDoubles(), "shape " + x.shape());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void anElementLiesWhereTheLayoutSays(Precision precision) {
        OpenClBackend backend = opencl(precision);
        int lanes = backend.engine().lanes();
        Shape shape = Shape.of(2, lanes + 2, 3, 5);
        Tensor x = numbered(precision, shape);
        double[] rowMajor = x.toDoubles();
        Tensor raw = backend.fill(Shape.of((int) backend.engine().layout().size(shape)), 0);
        backend.engine()
                .copy(
                        Engine.blocked(x),
                        0,
                        Engine.of(raw),
                        0,
                        backend.engine().layout().size(shape));
        double[] blocked = raw.toDoubles();
        int blocks = backend.engine().layout().blocks(shape);
        int at = 0;
        for (int n = 0; n < 2; n++) {
            for (int c = 0; c < lanes + 2; c++) {
                for (int p = 0; p < 15; p++) {
                    assertEquals(rowMajor[at++], blocked[((n * blocks + c / lanes) * 15 + p) * lanes + c % lanes]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aReshapedTensorHasItsOwnBlockedForm(Precision precision) {
        OpenClBackend backend = opencl(precision);
        Tensor x = numbered(precision, Shape.of(2, 6, 4, 3));
        double[] values = x.toDoubles();
        storage(x).keepBlocked(x.shape());
        Tensor flat = backend.reshape(x, Shape.of(2, 72));
        assertArrayEquals(values, flat.toDoubles());
        Tensor other = backend.reshape(x, Shape.of(2, 4, 6, 3));
        assertFalse(Engine.isBlocked(other));
        storage(other).keepBlocked(other.shape());
        assertArrayEquals(values, other.toDoubles());
        assertArrayEquals(values, x.toDoubles());
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void everyFormIsCountedUntilTheTensorIsClosed(Precision precision) {
        OpenClBackend backend = opencl(precision);
        long before = backend.liveBytes();
        Tensor x = numbered(precision, Shape.of(2, 6, 4, 3));
        long rowMajor = Engine.of(x).bytes();
        assertEquals(before + rowMajor, backend.liveBytes());
        long blocked = Engine.blocked(x).bytes();
        assertEquals(before + rowMajor + blocked, backend.liveBytes());
        DeviceBuffer packed = storage(x).form("any", () -> backend.engine().take(1000));
        assertEquals(before + rowMajor + blocked + packed.bytes(), backend.liveBytes());
        x.close();
        assertEquals(before, backend.liveBytes());
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void moreElementsThanKernelsCanIndexAreRefusedByShape(Precision precision) {
        Layout layout = opencl(precision).engine().layout();
        int most = (int) ((1L << 31) / opencl(precision).engine().lanes());
        Shape largest = Shape.of(1, 1, most - 1, 1);
        assertEquals((1L << 31) - opencl(precision).engine().lanes(), layout.size(largest));
        BackendException e = assertThrows(BackendException.class, () -> layout.size(Shape.of(1, 1, most, 1)));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(Shape.of(1, 1, most, 1) + ""), message);
    }
}
