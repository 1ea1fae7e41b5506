package org.hashgrad.hashing.data;

/**
 * A colour picture: rows from the top, three unsigned bytes red, green, blue for each pixel. The bytes are handed over and out, not copied;
 * nobody changes them.
 */
public record RgbImage(int width, int height, byte[] rgb) {
    /** @throws DataException unless there are 3 · width · height bytes */
    public RgbImage {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new DataException("picture: " + rgb.length + " bytes; need " + 3L * width * height + " for " + width
                    + " x " + height + " pixels of 3 bytes");
        }
    }

    /** From planes (3, height, width), or (1, height, width) of grey, beginning at {@code from}. */
    public static RgbImage ofPlanes(int channels, int height, int width, byte[] planes, int from) {
        int plane = height * width;
        byte[] rgb = new byte[3 * plane];
        for (int p = 0; p < plane; p++) {
            for (int c = 0; c < 3; c++) {
                rgb[3 * p + c] = planes[from + Math.min(c, channels - 1) * plane + p];
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** The picture as planes (3, height, width). */
    public byte[] planes() {
        int plane = width * height;
        byte[] planes = new byte[3 * plane];
        for (int p = 0; p < plane; p++) {
            planes[p] = rgb[3 * p];
            planes[plane + p] = rgb[3 * p + 1];
            planes[2 * plane + p] = rgb[3 * p + 2];
        }
        return planes;
    }

    /** Its brightness (1, height, width): Rec. 601 luma in units of 1/256, rounded down; of grey, the grey itself. */
    public byte[] grey() {
        byte[] grey = new byte[width * height];
        for (int p = 0; p < grey.length; p++) {
            int sum = 77 * (rgb[3 * p] & 0xff) + 150 * (rgb[3 * p + 1] & 0xff) + 29 * (rgb[3 * p + 2] & 0xff);
            grey[p] = (byte) (sum / 256);
        }
        return grey;
    }

    /** The window of {@code columns} × {@code rows} pixels whose upper left corner is (left, top). */
    public RgbImage window(int left, int top, int columns, int rows) {
        if (left < 0 || top < 0 || columns < 1 || rows < 1 || left > width - columns || top > height - rows) {
            throw new DataException("picture: window " + columns + " x " + rows + " at (" + left + ", " + top
                    + ") is not inside " + width + " x " + height);
        }
        byte[] part = new byte[3 * columns * rows];
        for (int y = 0; y < rows; y++) {
            System.arraycopy(rgb, 3 * ((top + y) * width + left), part, 3 * y * columns, 3 * columns);
        }
        return new RgbImage(columns, rows, part);
    }

    /** Every n-th pixel of every n-th row, beginning with the first. */
    public RgbImage everyNth(int n) {
        int columns = (width + n - 1) / n;
        int rows = (height + n - 1) / n;
        byte[] kept = new byte[3 * columns * rows];
        for (int p = 0; p < columns * rows; p++) {
            System.arraycopy(rgb, 3 * (p / columns * n * width + p % columns * n), kept, 3 * p, 3);
        }
        return new RgbImage(columns, rows, kept);
    }

    /** Left and right exchanged. */
    public RgbImage mirrored() {
        return turned(2);
    }

    /**
     * Upright, from the orientation that a camera has noted (Exif 2.32, tag 0x0112): 1 as it is, 2 mirrored, 3 upside down, 4 both, 5 to 8
     * those after the axes are exchanged.
     */
    public RgbImage turned(int orientation) {
        if (orientation == 1) {
            return this;
        }
        boolean exchanged = orientation >= 5;
        int columns = exchanged ? height : width;
        int rows = exchanged ? width : height;
        byte[] turned = new byte[rgb.length];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                int from =
                        switch (orientation) {
                            case 2 -> y * width + width - 1 - x;
                            case 3 -> (height - 1 - y) * width + width - 1 - x;
                            case 4 -> (height - 1 - y) * width + x;
                            case 5 -> x * width + y;
                            case 6 -> (height - 1 - x) * width + y;
                            case 7 -> (height - 1 - x) * width + width - 1 - y;
                            case 8 -> x * width + width - 1 - y;
                            default ->
                                throw new DataException("picture: orientation is " + orientation + "; need 1 to 8");
                        };
                System.arraycopy(rgb, 3 * from, turned, 3 * (y * columns + x), 3);
            }
        }
        return new RgbImage(columns, rows, turned);
    }

    /** Scaled to {@code columns} × {@code rows} pixels; see {@link Resampling}. */
    public RgbImage resized(int columns, int rows) {
        if (columns < 1 || rows < 1) {
            throw new DataException("picture: new size is " + columns + " x " + rows + "; need at least 1 x 1");
        }
        if (3L * columns * height > Integer.MAX_VALUE || 3L * columns * rows > Integer.MAX_VALUE) {
            throw new DataException("picture: " + width + " x " + height + " pixels are too many to be scaled to "
                    + columns + " x " + rows);
        }
        byte[] across = columns == width ? rgb : Resampling.of(width, columns).across(rgb, width, height);
        byte[] down = rows == height ? across : Resampling.of(height, rows).down(across, columns);
        return new RgbImage(columns, rows, down);
    }
}
