package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class FramingTest {
    /** Red is the column, green the row. */
    private static RgbImage coordinates(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int p = 0; p < width * height; p++) {
            rgb[3 * p] = (byte) (p % width);
            rgb[3 * p + 1] = (byte) (p / width);
        }
        return new RgbImage(width, height, rgb);
    }

    private static String corner(RgbImage image) {
        return image.rgb()[0] + "," + image.rgb()[1];
    }

    @Test
    void theMiddleIsTheMiddleAndProportionsStay() {
        Framing framing = new Framing(4, 3);
        assertEquals("1,0", corner(framing.middle(coordinates(6, 4))));
        RgbImage scaled = new Framing(10, 10).scaled(coordinates(61, 20));
        assertEquals(30, scaled.width());
        assertEquals(10, scaled.height());
        RgbImage squeezed = Framing.squeezed(5).middle(coordinates(60, 20));
        assertEquals(5, squeezed.width());
        assertEquals(5, squeezed.height());
    }

    @Test
    void everyWindowAndItsMirrorComeUpEquallyOftenAndTheKeyDecides() {
        Framing framing = new Framing(4, 3);
        RgbImage image = coordinates(5, 4); // 3 columns × 2 rows of windows, mirrored or not
        int[] seen = new int[12];
        int draws = 12_000;
        RandomKey key = RandomKey.of(3).split("augment");
        for (int i = 0; i < draws; i++) {
            RgbImage window = framing.drawn(image, key.split(i));
            boolean mirrored = window.rgb()[0] > window.rgb()[3];
            int left = window.rgb()[mirrored ? 6 : 0];
            int top = window.rgb()[1];
            seen[(top * 3 + left) * 2 + (mirrored ? 1 : 0)]++;
        }
        for (int count : seen) {
            assertEquals(1000, count, 5 * Math.sqrt(1000)); // five standard deviations
        }
        assertArrayEquals(
                framing.drawn(image, key).rgb(), framing.drawn(image, key).rgb());
    }

    @Test
    void tenWindowsAreTheCornersTheMiddleAndTheirMirrors() {
        List<RgbImage> ten = new Framing(6, 4).ten(coordinates(8, 6));
        assertEquals(10, ten.size());
        assertEquals(
                List.of("0,0", "4,0", "0,2", "4,2", "2,1"),
                ten.subList(0, 5).stream().map(FramingTest::corner).toList());
        for (int i = 0; i < 5; i++) {
            assertArrayEquals(ten.get(i).mirrored().rgb(), ten.get(i + 5).rgb());
        }
        Set<String> different = new TreeSet<>();
        ten.forEach(window -> different.add(OpenClipart.sha256(window.rgb())));
        assertEquals(10, different.size());
    }

    @Test
    void sizesOutOfRangeAreRefused() {
        for (int[] sizes : new int[][] {{0, 0}, {3, 4}, {-1, 1}, {5000, 4}, {0, 5000}}) {
            String message = Failure.of(() -> new Framing(sizes[0], sizes[1]));
            assertTrue(message.startsWith("framing: side is " + sizes[1] + " and resize " + sizes[0]), message);
        }
        for (int[] sizes : new int[][] {{0, 8, 10}, {8, 8, 10}, {9, 8, 5}, {9, 8, 0}}) {
            assertEquals(
                    "framing: crops is " + sizes[2] + ", side 8 and resize " + sizes[0]
                            + "; need crops 1, or 10 with a resize beyond the side",
                    Failure.of(() -> new Framing(sizes[0], sizes[1], sizes[2])));
        }
        String message = Failure.of(() -> new Framing(4000, 32).middle(coordinates(20_000, 1)));
        assertTrue(message.contains("would become 80000000 x 4000"), message);
    }

    @Test
    void aSetReadsWhatItIsAskedForAndKeepsItsPlaces() {
        Pictures source = new Pictures() {
            @Override
            public int count() {
                return 4;
            }

            @Override
            public String id(int i) {
                return "p" + i;
            }

            @Override
            public RgbImage picture(int i) {
                return new RgbImage(1, 1, new byte[] {(byte) i, (byte) 200, (byte) (10 * i)});
            }
        };
        PictureSet all = PictureSet.of("all", source, Framing.squeezed(1), ClassLabels.of(0, 1, 0, 1));
        PictureSet some = all.select("some", new int[] {3, 1});
        assertArrayEquals(new float[] {1, 200, 10, 3, 200, 30}, some.raw(new int[] {1, 0}));
        assertEquals("p3", some.id(0));
        assertEquals(2, some.count());
        assertTrue(some.labels().has(0, 1));
        assertArrayEquals(all.raw(), all.inMemory().raw());
        assertEquals(
                "picture set x: 1 pictures; need 2, one for each label row",
                Failure.of(() -> new PictureSet("x", source, new int[1], Framing.squeezed(1), ClassLabels.of(0, 0))));
        assertEquals(
                "picture set x: picture 4 is not among the 4 there are",
                Failure.of(() -> new PictureSet("x", source, new int[] {4}, Framing.squeezed(1), ClassLabels.of(0))));
    }
}
