package org.hashgrad.hashing.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a camera wrote beside a JPEG picture (Exif 2.32): only how it was held. Anything odd counts as nothing written. */
final class Exif {
    private static final byte[] NAME = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int APP1 = 0xe1;
    private static final int START_OF_SCAN = 0xda;
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;

    private Exif() {}

    /** The orientation of {@link RgbImage#turned}; 1 when there is none. */
    static int orientation(byte[] jpeg) {
        int at = 2;
        while (at + 4 <= jpeg.length && (jpeg[at] & 0xff) == 0xff) {
            int marker = jpeg[at + 1] & 0xff;
            if (marker == 0xff) {
                at++;
                continue;
            }
            int length = (jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff);
            int end = at + 2 + length;
            if (marker == START_OF_SCAN || length < 2 || end > jpeg.length) {
                return 1;
            }
            if (marker == APP1
                    && length >= 2 + NAME.length
                    && Arrays.equals(jpeg, at + 4, at + 4 + NAME.length, NAME, 0, NAME.length)) {
                int from = at + 4 + NAME.length;
                return ofTiff(ByteBuffer.wrap(jpeg, from, end - from).slice());
            }
            at = end;
        }
        return 1;
    }

    private static int ofTiff(ByteBuffer tiff) {
        if (tiff.limit() < 8) {
            return 1;
        }
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = tiff.getInt(4) & 0xffff_ffffL;
        if (tiff.getShort(2) != 42 || directory + 2 > tiff.limit()) {
            return 1;
        }
        int entries = tiff.getShort((int) directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (entry + 12 > tiff.limit()) {
                return 1;
            }
            if ((tiff.getShort((int) entry) & 0xffff) == ORIENTATION && tiff.getShort((int) entry + 2) == SHORT) {
                int value = tiff.getShort((int) entry + 8);
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }
}
