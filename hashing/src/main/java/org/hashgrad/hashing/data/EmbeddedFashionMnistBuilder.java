package org.hashgrad.hashing.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Rebuilds the files of {@link FashionMnist#embedded()} from the full set:
 * {@code java … EmbeddedFashionMnistBuilder [SOURCE_FOLDER] TARGET_FOLDER}, the source being Debian's folder unless named.
 */
public final class EmbeddedFashionMnistBuilder {
    private EmbeddedFashionMnistBuilder() {}

    /** Writes query, training and held-out into the folder that is named last. */
    public static void main(String[] args) {
        if (args.length != 1 && args.length != 2) {
            throw new DataException("EmbeddedFashionMnistBuilder: found " + args.length
                    + " arguments; need [SOURCE_FOLDER] TARGET_FOLDER");
        }
        Path source = args.length == 2 ? Path.of(args[0]) : FashionMnist.DEBIAN_FOLDER;
        write(FashionMnist.full(source), Path.of(args[args.length - 1]));
    }

    static void write(Split split, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new DataException("EmbeddedFashionMnistBuilder: " + folder + ": can not be made: " + e, e);
        }
        FashionMnist.writePart(split.query(), folder);
        FashionMnist.writePart(split.training(), folder);
        FashionMnist.writePart(split.database(FashionMnist.HELD_OUT), folder);
    }
}
