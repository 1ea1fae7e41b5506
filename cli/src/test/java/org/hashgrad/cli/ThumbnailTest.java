package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.VectorSet;
import org.junit.jupiter.api.Test;

class ThumbnailTest {
    private static BufferedImage drawn(ImageSet set, int i) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Thumbnail.png(set, i).orElseThrow()));
    }

    @Test
    void smallPicturesKeepEveryPixelAndChannel() throws IOException {
        byte[] pixels = {1, 2, 3, 4, 5, 6, 10, (byte) 200, 30, 40, 50, 60};
        BufferedImage colour = drawn(new ImageSet("c", 3, 1, 2, pixels, ClassLabels.of(0, 0)), 1);
        assertEquals(2, colour.getWidth());
        assertEquals(0xff0a1e32, colour.getRGB(0, 0));
        assertEquals(0xffc8283c, colour.getRGB(1, 0));
        BufferedImage grey = drawn(new ImageSet("g", 1, 2, 3, pixels, ClassLabels.of(0, 0)), 1);
        assertEquals(200, grey.getRaster().getSample(1, 0, 0));
        assertEquals(60, grey.getRaster().getSample(2, 1, 0));
    }

    @Test
    void largePicturesAreScaledDownInTheirProportions() throws IOException {
        BufferedImage image = drawn(new ImageSet("l", 1, 100, 400, new byte[40_000], ClassLabels.of(0)), 0);
        assertEquals(96, image.getWidth());
        assertEquals(24, image.getHeight());
    }

    @Test
    void vectorsHaveNone() {
        assertTrue(Thumbnail.png(new VectorSet("v", 2, new float[] {1, 2}, ClassLabels.of(0)), 0)
                .isEmpty());
    }
}
