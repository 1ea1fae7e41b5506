package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.FashionMnist;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private static ImageSet images(int[] pixels, int... classes) {
        byte[] bytes = new byte[pixels.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) pixels[i];
        }
        return new ImageSet("images", 1, 1, 2, bytes, ClassLabels.of(classes));
    }

    @Test
    void rawPixelsRankByAngleNotByBrightnessAndAverageTies() {
        ImageSet query = images(new int[] {200, 0}, 0);
        // Nearest first: (10, 0) of class 1, then the equal angles (9, 9) of class 0 and (250, 250) of class 1, then
        // (0, 1) of class 0.
        ImageSet database = images(new int[] {0, 1, 9, 9, 10, 0, 250, 250}, 0, 0, 1, 1);
        try (Backend backend = new ReferenceBackend()) {
            Baselines.Ranked ranked = Baselines.rawPixels(query, database, backend);
            double tieFirst = (1 / 2.0 + 2 / 4.0) / 2;
            double tieSecond = (1 / 3.0 + 2 / 4.0) / 2;
            assertEquals((tieFirst + tieSecond) / 2, ranked.meanAveragePrecision(), 1e-12);
            assertEquals(0.02, ranked.precisionAt().getOrDefault(100, -1.0), 1e-12);
            assertEquals(0, backend.liveBytes());
        }
    }

    @Test
    void randomCodesFindTheShareOfRelevantItems() {
        Split split = FashionMnist.embedded();
        double map =
                Baselines.randomCodes(split.query(), split.database(), 48, 0, 2).meanAveragePrecision();
        assertEquals(0.1, map, 0.01);
    }
}
