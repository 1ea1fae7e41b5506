package org.hashgrad.hashing.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Pictures in an {@code .npy} file of unsigned bytes (n, 3, height, width), of any length, read where they lie. The file stays open.
 *
 * @param shape (n, 3, height, width)
 * @param start of the first picture in the file
 */
record NpyRows(Path file, FileChannel channel, int[] shape, long start) implements Pictures {
    /** @throws DataException when it is missing, of another type or shape, or its length is not what its header says */
    static NpyRows open(Path file) {
        try {
            FileChannel channel = FileChannel.open(file);
            try {
                NpyFile.Layout layout = NpyFile.layout(file.toString(), channel);
                int[] shape = layout.shape();
                if (!layout.type().equals("u1") || shape.length != 4 || shape[1] != 3 || layout.fortranOrder()) {
                    throw new DataException("npy: " + file + ": expected u1 (n, 3, height, width) in C order, found "
                            + layout.type() + " " + java.util.Arrays.toString(shape));
                }
                long expected = (long) shape[0] * 3 * shape[2] * shape[3];
                if (channel.size() - layout.dataStart() != expected) {
                    throw new DataException("npy: " + file + ": offset " + layout.dataStart() + ": expected " + expected
                            + " bytes, found " + (channel.size() - layout.dataStart()));
                }
                return new NpyRows(file, channel, shape, layout.dataStart());
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new DataException("npy: " + file + ": no such file", e);
        } catch (IOException e) {
            throw new DataException("npy: " + file + ": can not be read: " + e, e);
        }
    }

    @Override
    public int count() {
        return shape[0];
    }

    @Override
    public String id(int i) {
        return file + ":" + i;
    }

    @Override
    public String key(int i) {
        return String.valueOf(i);
    }

    /** Picture i as planes (3, height, width). */
    byte[] planes(int i) {
        byte[] planes = new byte[3 * shape[2] * shape[3]];
        ByteBuffer to = ByteBuffer.wrap(planes);
        try {
            while (to.hasRemaining()) {
                if (channel.read(to, start + (long) i * planes.length + to.position()) < 0) {
                    throw new DataException("npy: " + file + ": picture " + i + ": the file shrank while it was read");
                }
            }
        } catch (IOException e) {
            throw new DataException("npy: " + file + ": picture " + i + ": can not be read: " + e, e);
        }
        return planes;
    }

    @Override
    public RgbImage picture(int i) {
        return RgbImage.ofPlanes(3, shape[2], shape[3], planes(i), 0);
    }
}
