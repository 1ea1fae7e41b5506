package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Framing;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.Pictures;
import org.hashgrad.hashing.data.RgbImage;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    /** Pictures of 6 × 5 pixels whose red is the column, green the row and blue the number. */
    private static final Pictures SOURCE = new Pictures() {
        @Override
        public int count() {
            return 8;
        }

        @Override
        public String id(int i) {
            return "p" + i;
        }

        @Override
        public RgbImage picture(int i) {
            byte[] rgb = new byte[90];
            for (int p = 0; p < 30; p++) {
                rgb[3 * p] = (byte) (p % 6);
                rgb[3 * p + 1] = (byte) (p / 6);
                rgb[3 * p + 2] = (byte) i;
            }
            return new RgbImage(6, 5, rgb);
        }
    };

    private static PictureSet set(Framing framing) {
        return PictureSet.of("set", SOURCE, framing, ClassLabels.of(0, 1, 0, 1, 0, 1, 0, 1));
    }

    @Test
    void batchesComeInOrderAndNeverMoreThanTheDepthAhead() {
        AtomicInteger gathered = new AtomicInteger();
        int batches = 20;
        try (ReadAhead reader = new ReadAhead(batches, number -> {
            gathered.incrementAndGet();
            return new float[] {number};
        })) {
            for (int b = 0; b < batches; b++) {
                assertEquals(b, reader.take()[0]);
                assertTrue(gathered.get() <= b + 1 + ReadAhead.DEPTH, b + ": " + gathered);
            }
            assertEquals(batches, gathered.get());
        }
    }

    @Test
    void whatGoesWrongWhileReadingIsSaidWhereTheBatchIsWanted() {
        try (ReadAhead reader = new ReadAhead(3, number -> {
            if (number == 1) {
                throw new DataException("image: broken");
            }
            return new float[0];
        })) {
            reader.take();
            assertEquals(
                    "image: broken",
                    assertThrows(DataException.class, reader::take).getMessage());
        }
    }

    @Test
    void picturesReadWhenWantedAreThoseOfMemory() {
        PictureSet pictures = set(new Framing(4, 4));
        ImageSet memory = pictures.inMemory();
        try (Backend backend = new ReferenceBackend()) {
            int[] rows = {5, 0, 3};
            try (Tensor lazy = Samples.of(pictures, 0.4, 0.2).batch(backend, rows);
                    Tensor held = Samples.of(memory, 0.4, 0.2).batch(backend, rows)) {
                assertArrayEquals(held.toFloats(), lazy.toFloats());
                assertEquals(held.shape(), lazy.shape());
            }
        }
    }

    @Test
    void trainingDrawsAWindowByEpochAndSampleAndEncodingTakesTheMiddle() {
        Samples samples = Samples.of(set(new Framing(5, 4)), 0, 1.0 / 255);
        RandomKey epoch = RandomKey.of(1).split("augment").split(0);
        float[] once = samples.drawn(Optional.empty(), epoch, 0, 1, 2, 3, 4, 5, 6, 7);
        assertArrayEquals(once, samples.drawn(Optional.empty(), epoch, 0, 1, 2, 3, 4, 5, 6, 7));
        assertArrayEquals(
                java.util.Arrays.copyOfRange(once, 48, 96),
                samples.drawn(Optional.empty(), epoch, 1),
                "a sample's window does not depend on its batch");
        boolean other = !java.util.Arrays.equals(
                once,
                samples.drawn(Optional.empty(), RandomKey.of(1).split("augment").split(1), 0, 1, 2, 3, 4, 5, 6, 7));
        assertTrue(other, "another epoch, other windows");
        Samples still = Samples.of(set(Framing.squeezed(4)), 0, 1.0 / 255);
        float[] squeezed = new float[48];
        still.rows().put(2, squeezed, 0);
        assertArrayEquals(squeezed, still.drawn(Optional.empty(), epoch, 2));
        float[] shifted = still.drawn(Optional.of(new Augmentation(1, true)), epoch, 2);
        assertEquals(48, shifted.length);
    }
}
