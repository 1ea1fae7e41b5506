package org.hashgrad.hashing.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Pictures in PNG and JPEG files below a folder.
 *
 * @param root the folder that no path leads out of
 * @param paths relative to it
 * @param mostPixels cap on width · height, see {@link ImageFile}
 */
public record PictureFiles(Path root, List<String> paths, long mostPixels) implements Pictures {
    public PictureFiles {
        paths = List.copyOf(paths);
    }

    /**
     * The file that a list names, below {@code root}.
     *
     * @param where file and line, for errors
     * @throws DataException for a path that is none or leads out of the folder
     */
    static String inside(Path root, String path, String where) {
        try {
            Path base = root.toAbsolutePath().normalize();
            Path file = base.resolve(path.replace('\\', '/')).normalize();
            if (path.isBlank() || !file.startsWith(base) || file.equals(base)) {
                throw new DataException(where + ": path '" + path + "' is not inside " + root);
            }
            return base.relativize(file).toString().replace('\\', '/');
        } catch (InvalidPathException e) {
            throw new DataException(where + ": path is none: " + e.getReason(), e);
        }
    }

    /** @throws DataException for the first path that is no readable file */
    void requireFiles(String what) {
        requireFiles(what, "");
    }

    /**
     * As {@link #requireFiles(String)}.
     *
     * @param hint what may help
     * @throws DataException for the first path that is no readable file
     */
    void requireFiles(String what, String hint) {
        for (String path : paths) {
            Path file = root.resolve(path);
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new DataException(what + ": " + file + ": no such picture or not readable" + hint);
            }
        }
    }

    @Override
    public int count() {
        return paths.size();
    }

    @Override
    public String id(int i) {
        return paths.get(i);
    }

    @Override
    public RgbImage picture(int i) {
        return ImageFile.read(root.resolve(paths.get(i)), mostPixels);
    }
}
