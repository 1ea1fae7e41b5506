package org.hashgrad.hashing.code;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.hashgrad.hashing.data.DataException;

/**
 * n ints, 0 at first, outside of the heap: a mapped file that has no name any more, so that it is gone with the last reference, however the
 * process ends. Few are an array.
 */
final class ScratchInts implements Buckets.Ints {
    private static final int REGION_SHIFT = 28;
    private static final long IN_REGION = (1L << REGION_SHIFT) - 1;
    private static final long FEW = 1 << 18;

    private final ByteBuffer[] regions;

    private ScratchInts(ByteBuffer... regions) {
        this.regions = regions;
    }

    /**
     * Ints in a file of a folder.
     *
     * @throws DataException if there is no room for it, or the folder can not be written
     */
    static ScratchInts of(long n, Path folder) {
        if (n <= FEW) {
            return new ScratchInts(ByteBuffer.allocate((int) n * Integer.BYTES).order(ByteOrder.nativeOrder()));
        }
        long bytes = n * Integer.BYTES;
        try {
            long room = Files.getFileStore(folder).getUsableSpace();
            if (room < bytes) {
                throw new DataException("index: " + folder + " has room for " + room + " bytes; need " + bytes);
            }
            Path file = Files.createTempFile(folder, ".tables", ".scratch");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                ByteBuffer[] regions = new ByteBuffer[(int) ((n + IN_REGION) >>> REGION_SHIFT)];
                for (int r = 0; r < regions.length; r++) {
                    long from = (long) r << REGION_SHIFT;
                    long size = Math.min(IN_REGION + 1, n - from) * Integer.BYTES;
                    regions[r] = channel.map(MapMode.READ_WRITE, from * Integer.BYTES, size)
                            .order(ByteOrder.nativeOrder());
                }
                return new ScratchInts(regions);
            }
        } catch (IOException e) {
            throw new DataException("index: " + folder + ": can not hold " + bytes + " bytes of tables: " + e, e);
        }
    }

    /** Ints in a file of the folder for temporary files. */
    static ScratchInts of(long n) {
        return of(n, Path.of(System.getProperty("java.io.tmpdir", ".")));
    }

    @Override
    public int get(long i) {
        return regions[(int) (i >>> REGION_SHIFT)].getInt((int) (i & IN_REGION) * Integer.BYTES);
    }

    void set(long i, int value) {
        regions[(int) (i >>> REGION_SHIFT)].putInt((int) (i & IN_REGION) * Integer.BYTES, value);
    }
}
