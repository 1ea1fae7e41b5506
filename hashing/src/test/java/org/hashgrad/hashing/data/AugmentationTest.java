package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final Shape IMAGE = Shape.of(1, 2, 3);
    private static final float[] VALUES = {-1, 1, 2, 3, 4, 5, 6};

    private static float[] drawn(Augmentation augmentation, long seed) {
        float[] changed = new float[6];
        augmentation.apply(VALUES, 1, IMAGE, RandomKey.of(seed), changed);
        return changed;
    }

    /** (1 2 3 / 4 5 6) shifted by down and right with the border going on, from a mirrored image or not. */
    private static float[] expected(int down, int right, boolean mirror) {
        float[][] image = mirror ? new float[][] {{3, 2, 1}, {6, 5, 4}} : new float[][] {{1, 2, 3}, {4, 5, 6}};
        float[] values = new float[6];
        for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 3; x++) {
                values[y * 3 + x] = image[Math.max(0, Math.min(1, y - down))][Math.max(0, Math.min(2, x - right))];
            }
        }
        return values;
    }

    @Test
    void everyChangeIsAShiftOfTheImageOrOfItsMirrorAndAllOfThemAreDrawn() {
        Set<String> possible = new TreeSet<>();
        for (int down = -1; down <= 1; down++) {
            for (int right = -1; right <= 1; right++) {
                possible.add(Arrays.toString(expected(down, right, false)));
                possible.add(Arrays.toString(expected(down, right, true)));
            }
        }
        Set<String> seen = new TreeSet<>();
        for (int seed = 0; seed < 500; seed++) {
            seen.add(Arrays.toString(drawn(new Augmentation(1, true), seed)));
        }
        assertEquals(possible, seen);
    }

    @Test
    void withoutShiftAndMirrorNothingChangesAndAKeyDrawsTheSameTwice() {
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, drawn(new Augmentation(0, false), 3));
        assertArrayEquals(drawn(new Augmentation(2, true), 8), drawn(new Augmentation(2, true), 8));
    }

    @Test
    void negativeShiftIsRefused() {
        var thrown = assertThrows(DataException.class, () -> new Augmentation(-1, true));
        assertEquals("augmentation: shift is -1; need >= 0", thrown.getMessage());
    }
}
