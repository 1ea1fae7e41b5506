package org.hashgrad.hashing.data.openclipart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.hashgrad.hashing.data.RgbImage;
import org.hashgrad.hashing.data.RowsOnWhite;

/**
 * A picture on white paper, fitted into squares. All arithmetic is on whole numbers, so a square is the same on every machine.
 *
 * <p>Samples are taken as the file has them: Java's own conversion of grey would change them.
 */
public final class Drawing {
    /** Longer pictures are read at every second, third, … pixel. */
    static final int LONGEST = 2048;

    private final RowsOnWhite picture;

    private Drawing(RowsOnWhite picture) {
        this.picture = picture;
    }

    /** @throws IOException when the file is missing or no PNG */
    static Drawing read(Path png) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (ImageInputStream in = new FileImageInputStream(png.toFile())) {
            reader.setInput(in, true, true);
            ImageReadParam param = reader.getDefaultReadParam();
            int step = step(reader.getWidth(0), reader.getHeight(0));
            param.setSourceSubsampling(step, step, 0, 0);
            return new Drawing(new RowsOnWhite(reader.read(0, param)));
        } catch (RuntimeException e) {
            // What Java's reader throws for some broken files.
            throw new IOException("broken PNG: " + e, e);
        } finally {
            reader.dispose();
        }
    }

    private static int step(int width, int height) {
        return (Math.max(width, height) + LONGEST - 1) / LONGEST;
    }

    /** Any picture in the middle of a white square, side × side, as a drawing would be; see {@link #square}. */
    public static RgbImage fitted(RgbImage picture, int side) {
        int step = step(picture.width(), picture.height());
        RgbImage read = step == 1 ? picture : picture.everyNth(step);
        return RgbImage.ofPlanes(3, side, side, new Drawing(RowsOnWhite.of(read)).square(side), 0);
    }

    /**
     * The picture in the middle of a white square, (3, side, side) as unsigned bytes. A picture that is larger is scaled down so that it
     * just fits, each pixel the mean of the area it covers; a smaller one keeps its size.
     */
    byte[] square(int side) {
        int width = picture.width();
        int height = picture.height();
        int longest = Math.max(width, height);
        int columns = fitted(width, longest, side);
        int rows = fitted(height, longest, side);
        Shares horizontal = Shares.of(width, columns);
        Shares vertical = Shares.of(height, rows);
        long[][] sums = new long[rows + 1][3 * columns];
        for (int y = 0; y < height; y++) {
            long[] across = across(picture.row(y), horizontal, columns);
            int row = vertical.target()[y];
            int upper = vertical.part()[y];
            for (int i = 0; i < across.length; i++) {
                sums[row][i] += upper * across[i];
                sums[row + 1][i] += (rows - upper) * across[i];
            }
        }
        byte[] square = new byte[3 * side * side];
        Arrays.fill(square, (byte) RowsOnWhite.WHITE);
        int top = (side - rows) / 2;
        int left = (side - columns) / 2;
        long total = (long) width * height * RowsOnWhite.WHITE;
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < 3 * columns; i++) {
                long rounded = (2 * sums[row][i] + total) / (2 * total);
                square[(i % 3 * side + top + row) * side + left + i / 3] = (byte) rounded;
            }
        }
        return square;
    }

    private static int fitted(int size, int longest, int side) {
        return longest <= side ? size : Math.max(1, (2 * size * side + longest) / (2 * longest));
    }

    /** Sums of a row's pixels by column, each pixel by the part of it that the column covers. */
    private static long[] across(int[] row, Shares shares, int columns) {
        long[] across = new long[3 * columns + 3];
        for (int x = 0; x < row.length / 3; x++) {
            int at = 3 * shares.target()[x];
            int left = shares.part()[x];
            for (int c = 0; c < 3; c++) {
                across[at + c] += (long) left * row[3 * x + c];
                across[at + 3 + c] += (long) (columns - left) * row[3 * x + c];
            }
        }
        return Arrays.copyOf(across, 3 * columns);
    }

    /**
     * How n pixels in a row share m ≤ n targets, in units of 1/m of a pixel: pixel i has {@code part[i]} in {@code target[i]} and the
     * rest, m − part[i], in the next one. A target gets n of these units.
     */
    private record Shares(int[] target, int[] part) {
        static Shares of(int n, int m) {
            int[] target = new int[n];
            int[] part = new int[n];
            for (int i = 0; i < n; i++) {
                target[i] = i * m / n;
                part[i] = Math.min(m, (target[i] + 1) * n - i * m);
            }
            return new Shares(target, part);
        }
    }
}
