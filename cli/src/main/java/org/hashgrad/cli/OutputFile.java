package org.hashgrad.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.DataException;

/** A file that an option such as {@code --json F} asks for. */
record OutputFile(String option, Path file) {
    /** Writes beside the file and moves, so that it is whole or as before. @throws DataException when it can not be written */
    void write(String text) {
        try {
            if (isStream()) {
                Files.writeString(file, text);
                return;
            }
            Path target = Files.exists(file) ? file.toRealPath() : file;
            Path beside = beside(target);
            try {
                Files.writeString(beside, text, StandardOpenOption.CREATE_NEW);
                Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new DataException(this + ": can not be written: " + e, e);
        }
    }

    /**
     * Shows before the work that the file can be written; leaves nothing behind.
     *
     * @param inputs what the command reads, which the file must not replace: files, and folders for the files in them
     * @throws DataException when it can not, or is one of the inputs
     */
    void requireWritable(List<Path> inputs) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw new DataException(this + ": need a file in an existing folder");
        }
        try {
            for (Path input : inputs) {
                requireOther(input);
            }
            if (!isStream()) {
                Path beside = beside(Files.exists(file) ? file.toRealPath() : file);
                Files.newOutputStream(beside, StandardOpenOption.CREATE_NEW).close();
                Files.delete(beside);
            }
        } catch (IOException e) {
            throw new DataException(this + ": can not be written: " + e, e);
        }
    }

    /**
     * As {@link #requireWritable} of a file that is always moved to its place, such as a code file: no pipe or device.
     *
     * @throws DataException also when what is there is no regular file
     */
    void requireReplaceable(List<Path> inputs) {
        requireWritable(inputs);
        if (isStream()) {
            throw new DataException(this + ": is no regular file, which a code file could replace; need another name");
        }
    }

    private void requireOther(Path input) throws IOException {
        if (!Files.exists(file) || !Files.exists(input)) {
            return;
        }
        if (Files.isDirectory(input)) {
            try (Stream<Path> files = Files.list(input)) {
                for (Path inside : files.filter(Files::isRegularFile).toList()) {
                    requireOther(inside);
                }
            }
        } else if (Files.isSameFile(file, input)) {
            throw new DataException(this + ": is the input " + input + ", which it would replace; need another file");
        }
    }

    /** A pipe or terminal such as {@code /dev/stdout}, which nothing can be moved to. */
    private boolean isStream() {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    private static Path beside(Path file) {
        return file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    }

    /** The option as it was typed. */
    @Override
    public String toString() {
        return option + " " + file;
    }
}
