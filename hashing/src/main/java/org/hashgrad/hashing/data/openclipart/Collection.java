package org.hashgrad.hashing.data.openclipart;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.OpenClipart;

/**
 * The drawings of an installed collection: {@code svg/FOLDERS/NAME.svg} says what {@code png/FOLDERS/NAME.png} shows. Files are gone
 * through in the order of their paths, and a link counts as the copy it stands for, so the result depends on nothing but the content.
 */
final class Collection {
    /** Pixels are compared at this size. */
    private static final int COMPARED_SIDE = 64;

    private static final String INSTALL =
            "; install with: apt-get install openclipart-png openclipart-svg, or name the folder that has png and svg";

    private final Path root;
    private final Map<String, Integer> source = new LinkedHashMap<>();

    /**
     * A drawing, all paths that show the same pixels.
     *
     * @param image the first path, below {@code png}
     * @param folders all folders it is in
     * @param square (3, 32, 32)
     */
    record Drawn(String image, Set<String> folders, SvgMetadata metadata, byte[] square) {}

    /** @throws DataException when there is no collection; says what to install */
    Collection(Path root) {
        this.root = root;
        for (String part : List.of("png", "svg")) {
            if (!Files.isDirectory(root.resolve(part))) {
                throw new DataException("openclipart: " + root.resolve(part) + ": no such folder" + INSTALL);
            }
        }
    }

    /** What became of the files so far, by reason. */
    Map<String, Integer> source() {
        return source;
    }

    Path png(String image) {
        return root.resolve("png").resolve(image);
    }

    /** The drawings of the public domain, by their first path. */
    List<Drawn> drawings(OpenClipartBuilder.Progress progress) {
        Map<String, SvgMetadata> described = described(progress);
        Map<String, Drawn> byPixels = new LinkedHashMap<>();
        Map<Path, String> pixelsOf = new HashMap<>();
        Set<String> otherwiseLicensed = new HashSet<>();
        int broken = 0;
        int at = 0;
        Map<String, byte[]> squares = new HashMap<>();
        for (Map.Entry<String, SvgMetadata> entry : described.entrySet()) {
            progress.done("images", ++at, described.size());
            String image = entry.getKey();
            SvgMetadata metadata = entry.getValue();
            try {
                Path file = png(image).toRealPath();
                String pixels = pixelsOf.get(file);
                if (pixels == null) {
                    Drawing drawing = Drawing.read(file);
                    pixels = OpenClipart.sha256(drawing.square(COMPARED_SIDE));
                    squares.putIfAbsent(pixels, drawing.square(NearDuplicates.SIDE));
                    pixelsOf.put(file, pixels);
                }
                if (!metadata.isPublicDomain()) {
                    otherwiseLicensed.add(pixels);
                }
                byPixels.merge(
                        pixels,
                        drawn(image, metadata, Objects.requireNonNull(squares.get(pixels))),
                        Collection::merged);
            } catch (IOException e) {
                broken++;
            }
        }
        source.put("PNG files that are broken", broken);
        source.put("different PNG files", pixelsOf.size());
        source.put("different pixels", byPixels.size());
        source.put("without public domain licence", otherwiseLicensed.size());
        byPixels.keySet().removeAll(otherwiseLicensed);
        return List.copyOf(byPixels.values());
    }

    private static Drawn drawn(String image, SvgMetadata metadata, byte[] square) {
        int slash = image.lastIndexOf('/');
        Set<String> folders = new TreeSet<>(Set.of(slash < 0 ? "" : image.substring(0, slash)));
        return new Drawn(image, folders, metadata, square);
    }

    /** All folders of both; title, description and keywords of the first that has any. */
    private static Drawn merged(Drawn first, Drawn other) {
        first.folders().addAll(other.folders());
        SvgMetadata a = first.metadata();
        SvgMetadata b = other.metadata();
        SvgMetadata metadata = new SvgMetadata(
                a.title().isEmpty() ? b.title() : a.title(),
                a.description().isEmpty() ? b.description() : a.description(),
                a.keywords().isEmpty() ? b.keywords() : a.keywords(),
                a.licence());
        return new Drawn(first.image(), first.folders(), metadata, first.square());
    }

    /** What is said of each PNG path that has an SVG. */
    private Map<String, SvgMetadata> described(OpenClipartBuilder.Progress progress) {
        List<String> svgs = paths("svg");
        Set<String> pngs = new HashSet<>(paths("png"));
        Map<String, SvgMetadata> described = new LinkedHashMap<>();
        int broken = 0;
        int without = 0;
        int at = 0;
        for (String svg : svgs) {
            progress.done("texts", ++at, svgs.size());
            String png = svg.substring(0, svg.length() - "svg".length()) + "png";
            if (!pngs.contains(png)) {
                without++;
                continue;
            }
            try {
                described.put(png, SvgMetadata.read(root.resolve("svg").resolve(svg)));
            } catch (IOException e) {
                broken++;
            }
        }
        source.put("SVG paths", svgs.size());
        source.put("SVG paths without PNG", without);
        source.put("SVG paths that are broken", broken);
        source.put("PNG paths without readable SVG", pngs.size() - described.size());
        return described;
    }

    /** All files of the kind below the folder of that name, relative, with slashes, ascending. */
    private List<String> paths(String kind) {
        Path folder = root.resolve(kind);
        List<String> paths = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String path = folder.relativize(file).toString().replace('\\', '/');
                if (path.endsWith("." + kind)) {
                    paths.add(path);
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new DataException("openclipart: " + folder + ": can not be listed: " + e, e);
        }
        if (paths.isEmpty()) {
            throw new DataException("openclipart: " + folder + ": no ." + kind + " file there" + INSTALL);
        }
        paths.sort(null);
        return paths;
    }
}
