package org.hashgrad.hashing.code;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.hashgrad.hashing.data.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The right to replace a file, held by one writer at a time among all processes: a lock on a hidden file beside it, which is deleted at the
 * end and which the system unlocks when a process dies.
 */
final class WriteLock implements AutoCloseable {
    private static final long LOCKED_BYTE = 1 << 20;

    private final Path target;
    private final Path beside;
    private final FileChannel channel;

    private WriteLock(Path target, Path beside, FileChannel channel) {
        this.target = target;
        this.beside = beside;
        this.channel = channel;
    }

    /**
     * Takes the lock of a file, which need not exist; does not wait.
     *
     * @throws DataException if another writer has it, or nothing can be written there
     */
    static WriteLock of(Path file) {
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file;
            Path beside = target.resolveSibling("." + target.getFileName() + ".lock");
            while (true) {
                WriteLock lock = tryLock(target, beside);
                if (lock != null) {
                    return lock;
                }
            }
        } catch (OverlappingFileLockException e) {
            throw taken(file);
        } catch (IOException e) {
            throw new DataException("codes: " + file + ": can not be written: " + e, e);
        }
    }

    private static DataException taken(Path file) {
        return new DataException("codes: " + file + ": is being written by another; need one writer at a time");
    }

    /** Null if the lock file was deleted by its last holder between opening and locking: then it is a file without a name. */
    private static @Nullable WriteLock tryLock(Path target, Path beside) throws IOException {
        FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            // A byte that is never written: where locks keep others from reading, the name can still be compared.
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw taken(target);
            }
            String mine = ProcessHandle.current().pid() + " since " + System.nanoTime();
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(mine.getBytes(UTF_8)), 0);
            held = mine.equals(Files.readString(beside));
            return held ? new WriteLock(target, beside, channel) : null;
        } catch (NoSuchFileException e) {
            return null;
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    /** The file, where links to it lead. */
    Path target() {
        return target;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(beside);
        channel.close();
    }
}
