package org.hashgrad.hashing.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.tensor.Shape;

/**
 * Items that two parts of a split have in common: the same path or id, exactly the same pixels, or nearly the same picture. Pictures are nearly the same when the
 * root mean square between their 16 × 16 grey renditions is below 6 of 255 levels.
 *
 * @param pair the two parts
 * @param paths items of the first part whose id is in the second
 * @param exact items of the first part whose pixels are all those of one of the second; 0 for what are no pictures
 * @param near items of the first part that are nearly one of the second, the exact ones included; 0 for what are no pictures
 */
public record Overlap(Pair pair, int paths, int exact, int near) {
    private static final int SIDE = 16;
    private static final double LEVELS = 6;

    /** Two parts of a split. */
    public enum Pair {
        QUERY_TRAINING,
        QUERY_DATABASE,
        TRAINING_DATABASE;

        /** As protocols name it. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace("_", " in ");
        }
    }

    /** A part: ids (paths), which may be empty, and samples. */
    public record Part(List<String> ids, SampleSet samples) {}

    /** All three reports of a split. */
    public static List<Overlap> of(Part query, Part training, Part database) {
        return List.of(
                of(Pair.QUERY_TRAINING, query, training),
                of(Pair.QUERY_DATABASE, query, database),
                of(Pair.TRAINING_DATABASE, training, database));
    }

    /** One of them. */
    public static Overlap of(Pair pair, Part a, Part b) {
        Set<String> ids = new HashSet<>(b.ids());
        int paths = (int) a.ids().stream().filter(ids::contains).count();
        if (a.samples().sample().rank() != 3) {
            return new Overlap(pair, paths, 0, 0);
        }
        Set<ByteBuffer> pixels = new HashSet<>();
        List<float[]> others = new ArrayList<>();
        for (int j = 0; j < b.samples().count(); j++) {
            float[] picture = b.samples().raw(new int[] {j});
            pixels.add(digest(picture));
            others.add(rendition(picture, b.samples().sample()));
        }
        others.sort((x, y) -> Double.compare(mean(x), mean(y)));
        double[] means = others.stream().mapToDouble(Overlap::mean).toArray();
        int exact = 0;
        int near = 0;
        for (int i = 0; i < a.samples().count(); i++) {
            float[] picture = a.samples().raw(new int[] {i});
            boolean same = pixels.contains(digest(picture));
            exact += same ? 1 : 0;
            near += same || isNear(rendition(picture, a.samples().sample()), others, means) ? 1 : 0;
        }
        return new Overlap(pair, paths, exact, near);
    }

    private static ByteBuffer digest(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        bytes.asFloatBuffer().put(values);
        return ByteBuffer.wrap(Protocol.sha256(bytes.array()));
    }

    /** The mean of a rendition differs by no more than the root mean square, so only neighbours in the order of means are compared. */
    private static boolean isNear(float[] own, List<float[]> others, double[] means) {
        double mean = mean(own);
        int at = Arrays.binarySearch(means, mean - LEVELS);
        for (int j = at < 0 ? -at - 1 : at; j < means.length && means[j] <= mean + LEVELS; j++) {
            if (distance(own, others.get(j)) < LEVELS) {
                return true;
            }
        }
        return false;
    }

    /** Mean grey of the cells of a 16 × 16 grid, levels 0 … 255. */
    private static float[] rendition(float[] pixels, Shape sample) {
        int height = sample.dim(1);
        int width = sample.dim(2);
        double[] cells = new double[SIDE * SIDE];
        int[] areas = new int[SIDE * SIDE];
        for (int at = 0; at < pixels.length; at++) {
            int y = at / width % height;
            int x = at % width;
            int cell = y * SIDE / height * SIDE + x * SIDE / width;
            cells[cell] += pixels[at];
            areas[cell]++;
        }
        float[] means = new float[cells.length];
        for (int cell = 0; cell < cells.length; cell++) {
            means[cell] = areas[cell] == 0 ? 0 : (float) (cells[cell] / areas[cell]);
        }
        return means;
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int c = 0; c < a.length; c++) {
            double difference = (double) a[c] - b[c];
            sum += difference * difference;
        }
        return Math.sqrt(sum / a.length);
    }

    /**
     * Fails unless the protocol has every overlap on purpose. Nearly equal pictures fail only the protocols that allow no overlap at all: data as they are
     * published have some.
     *
     * @throws DataException naming protocol, parts and numbers
     */
    public static void require(Protocol protocol, List<Overlap> overlaps) {
        for (Overlap overlap : overlaps) {
            boolean near = overlap.near > 0 && protocol.name().equals("own");
            if (!protocol.allowed().contains(overlap.pair) && (overlap.paths > 0 || overlap.exact > 0 || near)) {
                throw new DataException("protocol " + protocol.name() + ": " + overlap.pair.words() + ": "
                        + overlap.paths + " items by path, " + overlap.exact + " by pixels, " + overlap.near
                        + " nearly the same; allowed: "
                        + (protocol.allowed().isEmpty()
                                ? "none"
                                : String.join(
                                        ", ",
                                        protocol.allowed().stream()
                                                .map(Pair::words)
                                                .sorted()
                                                .toList())));
            }
        }
    }

    /** As it stands in a run's files. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("parts", pair.words());
        map.put("by_path", paths);
        map.put("exact", exact);
        map.put("near", near);
        return map;
    }
}
