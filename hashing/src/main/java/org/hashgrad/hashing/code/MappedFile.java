package org.hashgrad.hashing.code;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.hashgrad.hashing.data.DataException;

/**
 * A file of any length mapped for reading, little-endian, in regions of 1 GiB. From {@link #DATA} on it is cut into chunks of
 * {@link #CHUNK} bytes; a chunk is compared with its CRC-32C when something in it is read for the first time, so that opening costs nothing
 * and a damaged byte is never used.
 */
final class MappedFile {
    /** Where the chunks begin; before that is the header. */
    static final int DATA = 4096;

    /** Bytes of a chunk; the last may be shorter. */
    static final int CHUNK = 1 << 20;

    /** log2 of a region's bytes. */
    static final int REGION_SHIFT = 30;

    /** Longs up to which a loop beats a view of the buffer. */
    private static final int FEW = 8;

    private final Path path;
    private final long length;
    private final int shift;
    private final int inRegion;
    private final ByteBuffer[] regions;
    private int[] sums = {};
    private long end;
    /** 1 where a chunk was found right; two threads may check the same one. */
    private byte[] checked = {};

    private MappedFile(Path path, long length, int shift, ByteBuffer[] regions) {
        this.path = path;
        this.length = length;
        this.shift = shift;
        this.inRegion = (1 << shift) - 1;
        this.regions = regions;
    }

    /**
     * @param shift {@link #REGION_SHIFT}, smaller in tests
     * @param expected the length that the header was found to fit
     */
    static MappedFile open(Path path, int shift, long expected) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long length = channel.size();
            if (length != expected) {
                throw new IOException("its length changed from " + expected + " to " + length);
            }
            ByteBuffer[] regions = new ByteBuffer[(int) ((length + (1L << shift) - 1) >>> shift)];
            for (int r = 0; r < regions.length; r++) {
                long from = (long) r << shift;
                regions[r] = channel.map(MapMode.READ_ONLY, from, Math.min(1L << shift, length - from))
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
            return new MappedFile(path, length, shift, regions);
        }
    }

    /** Takes the sums of the chunks of bytes {@link #DATA} … {@code last − 1}; from now on what is read there is checked. */
    void check(int[] chunkSums, long last) {
        sums = chunkSums;
        end = last;
        checked = new byte[chunkSums.length];
    }

    Path path() {
        return path;
    }

    long length() {
        return length;
    }

    int getInt(long at) {
        requireRight(at, at + Integer.BYTES);
        return regions[(int) (at >>> shift)].getInt((int) at & inRegion);
    }

    /** The long at an offset that is a multiple of 8. */
    long getLong(long at) {
        requireRight(at, at + Long.BYTES);
        return regions[(int) (at >>> shift)].getLong((int) at & inRegion);
    }

    /** {@code n} longs from an offset that is a multiple of 8. */
    void getLongs(long at, long[] into, int n) {
        requireRight(at, at + (long) n * Long.BYTES);
        int done = 0;
        while (done < n) {
            long from = at + (long) done * Long.BYTES;
            ByteBuffer region = regions[(int) (from >>> shift)];
            int offset = (int) from & inRegion;
            int take = Math.min(n - done, (region.capacity() - offset) / Long.BYTES);
            if (take <= FEW) {
                for (int w = 0; w < take; w++) {
                    into[done + w] = region.getLong(offset + w * Long.BYTES);
                }
            } else {
                region.slice(offset, take * Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asLongBuffer()
                        .get(into, done, take);
            }
            done += take;
        }
    }

    byte[] getBytes(long at, int n) {
        requireRight(at, at + n);
        byte[] bytes = new byte[n];
        int done = 0;
        while (done < n) {
            ByteBuffer region = regions[(int) ((at + done) >>> shift)];
            int offset = (int) (at + done) & inRegion;
            int take = Math.min(n - done, region.capacity() - offset);
            region.get(offset, bytes, done, take);
            done += take;
        }
        return bytes;
    }

    /** Reads everything. @throws DataException at the first chunk that is not as it was written */
    void verify() {
        requireRight(DATA, end);
    }

    private void requireRight(long from, long to) {
        if (from < DATA) {
            return;
        }
        for (long chunk = (from - DATA) / CHUNK; chunk < sums.length && DATA + chunk * CHUNK < to; chunk++) {
            if (checked[(int) chunk] == 0) {
                compare((int) chunk);
            }
        }
    }

    private void compare(int chunk) {
        long from = DATA + (long) chunk * CHUNK;
        long to = Math.min(from + CHUNK, end);
        CRC32C crc = new CRC32C();
        for (long at = from; at < to; ) {
            ByteBuffer region = regions[(int) (at >>> shift)];
            int offset = (int) at & inRegion;
            int take = (int) Math.min(to - at, region.capacity() - offset);
            crc.update(region.slice(offset, take));
            at += take;
        }
        if ((int) crc.getValue() != sums[chunk]) {
            throw new DataException(String.format(
                    "codes: %s: corrupted: bytes %d to %d have CRC-32C %08x; expected %08x",
                    path, from, to - 1, (int) crc.getValue(), sums[chunk]));
        }
        checked[chunk] = 1;
    }
}
