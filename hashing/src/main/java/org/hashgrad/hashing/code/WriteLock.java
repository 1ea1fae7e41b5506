package org.hashgrad.hashing.code;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hashgrad.hashing.data.DataException;

/**
 * The right to replace a file, held by one writer at a time among all processes and threads: a lock on an empty hidden file beside it, which
 * stays there and which the system unlocks when a process dies.
 *
 * <p>POSIX drops a process's lock as soon as it closes any descriptor of the locked file. So nothing else opens that file, and threads of one
 * process are told apart by a set of names before they open it.
 */
final class WriteLock implements AutoCloseable {
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final FileChannel channel;

    private WriteLock(Path target, FileChannel channel) {
        this.target = target;
        this.channel = channel;
    }

    /**
     * Takes the lock of a file, which need not exist; does not wait.
     *
     * @throws DataException if another writer has it, what is there is no regular file, or nothing can be written there
     */
    static WriteLock of(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new DataException(
                    "codes: " + file + ": is no regular file, which a code file could replace; need another name");
        }
        try {
            Path target = real(file);
            if (!HELD_HERE.add(target)) {
                throw taken(file);
            }
            boolean held = false;
            try {
                FileChannel channel = FileChannel.open(
                        target.resolveSibling("." + target.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                try {
                    held = channel.tryLock() != null;
                } finally {
                    if (!held) {
                        channel.close();
                    }
                }
                if (!held) {
                    throw taken(file);
                }
                return new WriteLock(target, channel);
            } finally {
                if (!held) {
                    HELD_HERE.remove(target);
                }
            }
        } catch (IOException e) {
            throw new DataException("codes: " + file + ": can not be written: " + e, e);
        }
    }

    /** One name for a file, by whatever links it is reached. */
    private static Path real(Path file) throws IOException {
        if (Files.exists(file)) {
            return file.toRealPath();
        }
        Path absolute = file.toAbsolutePath();
        return Objects.requireNonNull(absolute.getParent())
                .toRealPath()
                .resolve(Objects.requireNonNull(absolute.getFileName()));
    }

    private static DataException taken(Path file) {
        return new DataException("codes: " + file + ": is being written by another; need one writer at a time");
    }

    /** The file, where links to it lead. */
    Path target() {
        return target;
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD_HERE.remove(target);
        }
    }
}
