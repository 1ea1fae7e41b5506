package org.hashgrad.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.IntBinaryOperator;
import java.util.function.ToDoubleBiFunction;
import javax.imageio.ImageIO;

/**
 * A square of k × k numbers from 0 to 1 as shades of one colour over whatever is behind: light on a light page, dark on a dark one.
 *
 * @param size k
 * @param value of row and column
 */
record HeatMap(String title, String description, int size, ToDoubleBiFunction<Integer, Integer> value) {
    private static final int MOST_PIXELS = 512;
    private static final int SIDE = 260;
    private static final int LEFT = 44;
    private static final int TOP = 34;
    private static final int INK = 0x2a5caa;

    /** A pixel per number; of more than {@value #MOST_PIXELS} rows the largest of each block. */
    byte[] png() {
        int block = (size + MOST_PIXELS - 1) / MOST_PIXELS;
        int pixels = (size + block - 1) / block;
        IntBinaryOperator alpha = (row, column) -> {
            double largest = 0;
            for (int i = row * block; i < Math.min(size, (row + 1) * block); i++) {
                for (int j = column * block; j < Math.min(size, (column + 1) * block); j++) {
                    largest = Math.max(largest, value.applyAsDouble(i, j));
                }
            }
            return (int) Math.round(255 * Math.min(1, largest));
        };
        BufferedImage image = new BufferedImage(pixels, pixels, BufferedImage.TYPE_INT_ARGB);
        for (int row = 0; row < pixels; row++) {
            for (int column = 0; column < pixels; column++) {
                image.setRGB(column, row, alpha.applyAsInt(row, column) << 24 | INK);
            }
        }
        return encoded(image);
    }

    static byte[] encoded(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("a picture in memory", e);
        }
        return bytes.toByteArray();
    }

    /** The picture with its scale, as an element of a page, or as a file. */
    String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" viewBox=\"0 0 480 %d\" aria-label=\"%s\""
                        + " font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#1f2933\">\n",
                TOP + SIDE + 30,
                Html.escape(title + ". " + description)));
        svg.append("<rect class=\"paper\" width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        svg.append("<text class=\"title\" x=\"0\" y=\"16\" font-weight=\"600\" font-size=\"14\">")
                .append(Html.escape(title))
                .append("</text>\n");
        svg.append(String.format(
                Locale.ROOT,
                "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" style=\"image-rendering: pixelated\" href=\"%s\"/>\n",
                LEFT,
                TOP,
                SIDE,
                SIDE,
                Html.png(png())));
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"axis\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#7b8794\"/>\n",
                LEFT,
                TOP,
                SIDE,
                SIDE));
        double half = SIDE / (2.0 * size);
        label(svg, LEFT - 6, TOP + half + 4.5, "end", "1");
        label(svg, LEFT - 6, TOP + SIDE - half + 4.5, "end", String.valueOf(size));
        label(svg, LEFT + half, TOP + SIDE + 17, "middle", "1");
        label(svg, LEFT + SIDE - half, TOP + SIDE + 17, "middle", String.valueOf(size));
        label(svg, LEFT + SIDE / 2.0, TOP + SIDE + 17, "middle", "bit");
        scale(svg);
        return svg.append("</svg>\n").toString();
    }

    private static void scale(StringBuilder svg) {
        int left = LEFT + SIDE + 40;
        int steps = 10;
        int step = SIDE / steps;
        for (int at = 0; at < steps; at++) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"18\" height=\"%d\" fill=\"#%06x\" fill-opacity=\"%.2f\"/>\n",
                    left,
                    TOP + SIDE - (at + 1) * step,
                    step,
                    INK,
                    (at + 0.5) / steps));
        }
        label(svg, left + 26, TOP + 10, "start", "1: copied");
        label(svg, left + 26, TOP + SIDE, "start", "0: uncorrelated");
    }

    private static void label(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, text));
    }
}
