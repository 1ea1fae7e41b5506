package org.hashgrad.hashing.data;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.RandomKey;

/**
 * How a picture of any size becomes side × side pixels: scaled so that its shorter side has {@code resize} pixels, then a square window of it. For
 * training the window is drawn and mirrored half the time; to encode it is the one in the middle, or codes are taken of the mean of the network's
 * outputs for ten windows.
 *
 * @param resize of the shorter side, at least {@code side}; 0: the picture is squeezed to side × side whatever its proportions
 * @param crops windows that a code is taken of: 1, or 10 where there is something around the window
 */
public record Framing(int resize, int side, int crops) {
    /** What ImageNet networks are given: 256, then 224. */
    public static final Framing IMAGENET = new Framing(256, 224);

    private static final int MOST = 4096;
    private static final int TEN = 10;

    /** @throws DataException for sizes out of range, and ten windows where there is no room for them */
    public Framing {
        if (side < 1 || side > MOST || resize > MOST || (resize != 0 && resize < side)) {
            throw new DataException("framing: side is " + side + " and resize " + resize + "; need side 1 to " + MOST
                    + " and resize 0 or side to " + MOST);
        }
        if (crops != 1 && (crops != TEN || resize <= side)) {
            throw new DataException("framing: crops is " + crops + ", side " + side + " and resize " + resize
                    + "; need crops 1, or 10 with a resize beyond the side");
        }
    }

    /** One window. */
    public Framing(int resize, int side) {
        this(resize, side, 1);
    }

    /** The same with another number of windows. @throws DataException as the constructor does */
    public Framing withCrops(int windows) {
        return new Framing(resize, side, windows);
    }

    /** What a code is taken of: the window in the middle, or the ten of {@link #ten}. */
    public List<RgbImage> views(RgbImage picture) {
        return crops == TEN ? ten(picture) : List.of(middle(picture));
    }

    /** Squeezed to side × side. */
    public static Framing squeezed(int side) {
        return new Framing(0, side);
    }

    /** The window in the middle; of an odd rest, the smaller half is left and above. */
    public RgbImage middle(RgbImage picture) {
        RgbImage scaled = scaled(picture);
        return scaled.window((scaled.width() - side) / 2, (scaled.height() - side) / 2, side, side);
    }

    /** A window anywhere, mirrored or not, as the key of (seed, epoch, sample) has it; every window is equally likely. */
    public RgbImage drawn(RgbImage picture, RandomKey key) {
        RgbImage scaled = scaled(picture);
        int left = key.below(scaled.width() - side + 1, 0);
        int top = key.below(scaled.height() - side + 1, 1);
        RgbImage window = scaled.window(left, top, side, side);
        return key.below(2, 2) == 0 ? window : window.mirrored();
    }

    /** Four corners and the middle, then the same mirrored (Krizhevsky, Sutskever, Hinton 2012): codes are taken of their mean. */
    public List<RgbImage> ten(RgbImage picture) {
        RgbImage scaled = scaled(picture);
        int right = scaled.width() - side;
        int bottom = scaled.height() - side;
        List<RgbImage> windows = new ArrayList<>();
        windows.add(scaled.window(0, 0, side, side));
        windows.add(scaled.window(right, 0, side, side));
        windows.add(scaled.window(0, bottom, side, side));
        windows.add(scaled.window(right, bottom, side, side));
        windows.add(scaled.window(right / 2, bottom / 2, side, side));
        for (int i = 0; i < 5; i++) {
            windows.add(windows.get(i).mirrored());
        }
        return windows;
    }

    /** The shorter side as asked, the longer one in proportion, rounded down as torchvision does. */
    RgbImage scaled(RgbImage picture) {
        if (resize == 0) {
            return picture.resized(side, side);
        }
        int shorter = Math.min(picture.width(), picture.height());
        int columns = (int) ((long) picture.width() * resize / shorter);
        int rows = (int) ((long) picture.height() * resize / shorter);
        if ((long) columns * rows > ImageFile.MOST_PIXELS) {
            throw new DataException("framing: a picture of " + picture.width() + " x " + picture.height()
                    + " pixels would become " + columns + " x " + rows + "; need at most " + ImageFile.MOST_PIXELS
                    + " pixels");
        }
        return picture.resized(columns, rows);
    }
}
