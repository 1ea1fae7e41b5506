package org.hashgrad.cli;

import java.awt.image.BufferedImage;
import java.util.Optional;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.RgbImage;
import org.hashgrad.hashing.data.SampleSet;

/** Pictures of a set as small PNGs. */
final class Thumbnail {
    private static final int MOST_PIXELS = 96;

    private Thumbnail() {}

    /** Sample i, scaled down where a side has more than {@value #MOST_PIXELS} pixels; empty where samples are no pictures. */
    static Optional<byte[]> png(SampleSet set, int i) {
        if (set instanceof PictureSet pictures) {
            return Optional.of(encoded(pictures.picture(i), BufferedImage.TYPE_INT_RGB));
        }
        if (set instanceof ImageSet images) {
            RgbImage image = RgbImage.ofPlanes(
                    images.channels(),
                    images.height(),
                    images.width(),
                    images.pixels(),
                    Math.multiplyExact(i, images.imageSize()));
            return Optional.of(
                    encoded(image, images.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB));
        }
        return Optional.empty();
    }

    private static byte[] encoded(RgbImage image, int type) {
        double scale = Math.min(1, (double) MOST_PIXELS / Math.max(image.width(), image.height()));
        RgbImage small = image.resized((int) Math.max(1, Math.round(scale * image.width())), (int)
                Math.max(1, Math.round(scale * image.height())));
        BufferedImage buffer = new BufferedImage(small.width(), small.height(), type);
        byte[] rgb = small.rgb();
        for (int p = 0; p < small.width() * small.height(); p++) {
            for (int band = 0; band < buffer.getRaster().getNumBands(); band++) {
                buffer.getRaster().setSample(p % small.width(), p / small.width(), band, rgb[3 * p + band] & 0xff);
            }
        }
        return HeatMap.encoded(buffer);
    }
}
