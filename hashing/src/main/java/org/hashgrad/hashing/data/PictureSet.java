package org.hashgrad.hashing.data;

import java.util.stream.IntStream;
import org.hashgrad.tensor.Shape;

/**
 * n labelled pictures that are read when they are wanted, each (3, side, side). Nothing is kept: whoever goes over them more than once reads them
 * more than once.
 *
 * @param source where they come from; may have more
 * @param places of the n pictures in the source
 * @param framing from their sizes to side × side
 */
public record PictureSet(String name, Pictures source, int[] places, Framing framing, Labels labels)
        implements SampleSet {

    /** @throws DataException unless there are as many pictures as labels, all of them in the source */
    public PictureSet {
        if (places.length != labels.count()) {
            throw new DataException("picture set " + name + ": " + places.length + " pictures; need " + labels.count()
                    + ", one for each label row");
        }
        for (int place : places) {
            if (place < 0 || place >= source.count()) {
                throw new DataException("picture set " + name + ": picture " + place + " is not among the "
                        + source.count() + " there are");
            }
        }
    }

    /** All pictures of the source. */
    public static PictureSet of(String name, Pictures source, Framing framing, Labels labels) {
        return new PictureSet(name, source, IntStream.range(0, source.count()).toArray(), framing, labels);
    }

    /** The same pictures framed otherwise. */
    public PictureSet with(Framing other) {
        return new PictureSet(name, source, places, other, labels);
    }

    /** (3, side, side) */
    @Override
    public Shape sample() {
        return Shape.of(3, framing.side(), framing.side());
    }

    /** What errors call picture i of the set. */
    public String id(int i) {
        return source.id(places[i]);
    }

    /** What picture i of the set is called wherever its source lies. */
    public String key(int i) {
        return source.key(places[i]);
    }

    /** Picture i as it lies in the source. */
    public RgbImage picture(int i) {
        return source.picture(places[i]);
    }

    @Override
    public float[] raw(int[] rows) {
        int size = sample().size();
        float[] values = new float[Math.multiplyExact(rows.length, size)];
        for (int r = 0; r < rows.length; r++) {
            byte[] planes = framing.middle(picture(rows[r])).planes();
            for (int p = 0; p < size; p++) {
                values[r * size + p] = planes[p] & 0xff;
            }
        }
        return values;
    }

    @Override
    public PictureSet select(String newName, int[] rows) {
        int[] selected = IntStream.of(rows).map(row -> places[row]).toArray();
        return new PictureSet(newName, source, selected, framing, labels.select(rows));
    }

    /** The pictures decoded once and held as bytes. */
    public ImageSet inMemory() {
        int size = sample().size();
        byte[] pixels = new byte[Math.multiplyExact(count(), size)];
        IntStream.range(0, count())
                .parallel()
                .forEach(i -> System.arraycopy(framing.middle(picture(i)).planes(), 0, pixels, i * size, size));
        return new ImageSet(name, 3, framing.side(), framing.side(), pixels, labels);
    }
}
