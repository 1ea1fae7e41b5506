package org.hashgrad.hashing.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Pictures in one folder per class, {@code cat/1.jpg}, at any depth below it; the folder's name is the class's. Folders {@code train}, {@code test} or
 * {@code query}, and {@code database} around the classes say how the pictures are split. Classes and pictures are in alphabetical order; files that
 * are not called {@code .png}, {@code .jpg} or {@code .jpeg}, and hidden ones, are passed over. Links are followed, to folders as well as to pictures.
 */
public final class ImageFolder {
    private static final Map<String, String> PARTS = Map.of(
            "query", Dataset.QUERY,
            "test", Dataset.QUERY,
            "val", Dataset.QUERY,
            "train", Dataset.TRAINING,
            "training", Dataset.TRAINING,
            "database", Dataset.DATABASE);
    private static final int DEEPEST = 16;

    private ImageFolder() {}

    /**
     * The pictures of a folder.
     *
     * @throws DataException when it is missing, unreadable, links to itself or has no pictures, or a picture lies beside the classes, or a
     *     part of a split beside folders that are none
     */
    public static Dataset read(Path folder, Framing framing) {
        List<String> top = subfolders(folder);
        boolean split = !top.isEmpty() && PARTS.keySet().containsAll(top);
        if (!split) {
            requireNoPart(folder, top);
        }
        List<String> paths = new ArrayList<>();
        List<String> classOf = new ArrayList<>();
        Map<String, List<Integer>> parts = new LinkedHashMap<>();
        if (split) {
            for (String part : top) {
                int before = paths.size();
                add(folder, part + "/", paths, classOf);
                List<Integer> rows = parts.computeIfAbsent(PARTS.get(part), p -> new ArrayList<>());
                for (int i = before; i < paths.size(); i++) {
                    rows.add(i);
                }
            }
        } else {
            add(folder, "", paths, classOf);
        }
        if (paths.isEmpty()) {
            throw new DataException("folder: " + folder
                    + ": no picture in it; need a folder per class with .png, .jpg or" + " .jpeg files");
        }
        List<String> classes = List.copyOf(new TreeSet<>(classOf));
        Map<String, Integer> column = new TreeMap<>();
        classes.forEach(name -> column.put(name, column.size()));
        int[] numbers = classOf.stream()
                .mapToInt(name -> java.util.Objects.requireNonNull(column.get(name)))
                .toArray();
        Map<String, int[]> rows = new LinkedHashMap<>();
        parts.forEach((part, items) ->
                rows.put(part, items.stream().mapToInt(Integer::intValue).toArray()));
        PictureFiles files = new PictureFiles(folder, paths, ImageFile.MOST_PIXELS);
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        PictureSet images = PictureSet.of(name, files, framing, ClassLabels.of(numbers));
        return new Dataset(name, paths, classes, images, Optional.empty(), rows);
    }

    /** A class may be called train; one with folders inside is a part beside folders that are none, and would be a class of its own unnoticed. */
    private static void requireNoPart(Path folder, List<String> top) {
        for (String part : top) {
            if (PARTS.containsKey(part) && !subfolders(folder.resolve(part)).isEmpty()) {
                List<String> others =
                        top.stream().filter(name -> !PARTS.containsKey(name)).toList();
                throw new DataException("folder: " + folder + ": " + part + " is a part with classes inside and "
                        + String.join(", ", others) + " is none; need only parts of " + new TreeSet<>(PARTS.keySet())
                        + " or only classes");
            }
        }
    }

    private static List<String> subfolders(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(Files::isDirectory)
                    .map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            throw new DataException("folder: " + folder + ": no such folder", e);
        } catch (IOException e) {
            throw new DataException("folder: " + folder + ": can not be read: " + e, e);
        }
    }

    private static void add(Path folder, String prefix, List<String> paths, List<String> classOf) {
        Path base = folder.resolve(prefix);
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(base, DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
            files.filter(Files::isRegularFile)
                    .map(file -> base.relativize(file).toString().replace('\\', '/'))
                    .filter(ImageFolder::isPicture)
                    .forEach(found::add);
        } catch (IOException | UncheckedIOException e) {
            throw new DataException("folder: " + base + ": can not be read: " + e.getMessage(), e);
        }
        for (String path : found) {
            int slash = path.indexOf('/');
            if (slash < 0) {
                throw new DataException("folder: " + base.resolve(path) + ": a picture outside of any class's folder");
            }
            paths.add(prefix + path);
            classOf.add(path.substring(0, slash));
        }
    }

    private static boolean isPicture(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        return (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"))
                && !name.startsWith(".")
                && !name.contains("/.");
    }
}
