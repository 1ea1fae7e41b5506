package org.hashgrad.hashing.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Items that two parts of a split have in common: the same path or id, exactly the same pixels, or nearly the same picture. Pictures are nearly the same when the
 * root mean square between their 16 × 16 grey renditions is below 6 of 255 levels.
 *
 * @param pair the two parts
 * @param paths items of the first part whose id is in the second
 * @param exact items of the first part whose pixels are all those of one of the second; of vectors, whose components are
 * @param near items of the first part that are nearly one of the second, the exact ones included; of vectors, the exact ones alone
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

    /** Which pictures under different names may be in both of two parts that share nothing on purpose. */
    public enum Duplicates {
        NONE,
        /** Nearly equal ones: data as they are published have some. */
        NEAR,
        /** Those and equal ones: as pictures from the web are. */
        EQUAL
    }

    /**
     * What a protocol has in two parts by name.
     *
     * @param pairs of parts that share items on purpose
     */
    public record Allowed(Set<Pair> pairs, Duplicates duplicates) {
        public Allowed {
            pairs = Set.copyOf(pairs);
        }

        private boolean has(Overlap overlap) {
            return pairs.contains(overlap.pair)
                    || (overlap.paths == 0
                            && (overlap.exact == 0 || duplicates == Duplicates.EQUAL)
                            && (overlap.near == 0 || duplicates != Duplicates.NONE));
        }

        /** One entry for each thing that is allowed. */
        List<String> words() {
            List<String> words =
                    new ArrayList<>(pairs.stream().map(Pair::words).sorted().toList());
            switch (duplicates) {
                case NONE -> {}
                case NEAR -> words.add("near-duplicates");
                case EQUAL -> words.addAll(List.of("near-duplicates", "equal pictures"));
            }
            return words;
        }
    }

    /** A part: samples and their ids (paths), which may be empty. Its pictures are read once, when they are first compared. */
    public static final class Part {
        private final List<String> ids;
        private final SampleSet samples;
        private final Map<String, Print> known;
        private @Nullable List<Print> prints;
        private @Nullable List<Print> byMean;

        public Part(List<String> ids, SampleSet samples) {
            this(ids, samples, new HashMap<>());
        }

        /** @param known prints by id, of other parts too */
        Part(List<String> ids, SampleSet samples, Map<String, Print> known) {
            this.ids = List.copyOf(ids);
            this.samples = samples;
            this.known = known;
        }

        /** Of pictures in files, which have paths, ids are those. */
        static Part of(SampleSet samples, Map<String, Print> known) {
            return samples instanceof PictureSet pictures
                    ? new Part(
                            IntStream.range(0, samples.count())
                                    .mapToObj(pictures::id)
                                    .toList(),
                            samples,
                            known)
                    : new Part(List.of(), samples, new HashMap<>());
        }

        private boolean hasPictures() {
            return samples.sample().rank() == 3;
        }

        private List<Print> prints() {
            List<Print> all = prints;
            if (all == null) {
                all = new ArrayList<>();
                for (int i = 0; i < samples.count(); i++) {
                    int row = i;
                    all.add(
                            ids.isEmpty()
                                    ? Print.of(samples, row)
                                    : known.computeIfAbsent(ids.get(i), id -> Print.of(samples, row)));
                }
                prints = all;
            }
            return all;
        }

        private List<Print> byMean() {
            List<Print> sorted = byMean;
            if (sorted == null) {
                sorted = new ArrayList<>(prints());
                sorted.sort(Comparator.comparingDouble(Print::mean));
                byMean = sorted;
            }
            return sorted;
        }
    }

    /** What of a picture is compared; of a vector the digest alone. */
    record Print(ByteBuffer digest, float[] rendition, double mean) {
        static Print of(SampleSet samples, int row) {
            float[] picture = samples.raw(new int[] {row});
            float[] rendition =
                    samples.sample().rank() == 3 ? Overlap.rendition(picture, samples.sample()) : new float[] {0};
            return new Print(Overlap.digest(picture), rendition, Overlap.mean(rendition));
        }
    }

    /** All three reports of a split. */
    public static List<Overlap> of(Part query, Part training, Part database) {
        return List.of(
                of(Pair.QUERY_TRAINING, query, training),
                of(Pair.QUERY_DATABASE, query, database),
                of(Pair.TRAINING_DATABASE, training, database));
    }

    /** One of them. */
    public static Overlap of(Pair pair, Part a, Part b) {
        Set<String> ids = new HashSet<>(b.ids);
        int paths = (int) a.ids.stream().filter(ids::contains).count();
        Set<ByteBuffer> pixels = new HashSet<>();
        b.prints().forEach(print -> pixels.add(print.digest()));
        int exact = 0;
        int near = 0;
        for (Print print : a.prints()) {
            boolean same = pixels.contains(print.digest());
            exact += same ? 1 : 0;
            near += same || (a.hasPictures() && isNear(print, b.byMean())) ? 1 : 0;
        }
        return new Overlap(pair, paths, exact, near);
    }

    private static ByteBuffer digest(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        bytes.asFloatBuffer().put(values);
        return ByteBuffer.wrap(Protocol.sha256().digest(bytes.array()));
    }

    /** The mean of a rendition differs by no more than the root mean square, so only neighbours in the order of means are compared. */
    private static boolean isNear(Print own, List<Print> byMean) {
        int low = 0;
        int high = byMean.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (byMean.get(middle).mean() < own.mean() - LEVELS) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int j = low; j < byMean.size() && byMean.get(j).mean() <= own.mean() + LEVELS; j++) {
            if (near(own.rendition(), byMean.get(j).rendition())) {
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

    /** Whether the root mean square of the differences is below {@link #LEVELS}; most pairs are seen to be farther apart from a few cells. */
    private static boolean near(float[] a, float[] b) {
        double most = LEVELS * LEVELS * a.length;
        double sum = 0;
        for (int c = 0; c < a.length && sum < most; c++) {
            double difference = (double) a[c] - b[c];
            sum += difference * difference;
        }
        return sum < most;
    }

    /**
     * Fails unless the protocol has every overlap by name.
     *
     * @throws DataException naming protocol, parts and numbers
     */
    public static void require(Protocol protocol, List<Overlap> overlaps) {
        for (Overlap overlap : overlaps) {
            if (!protocol.allowed().has(overlap)) {
                List<String> words = protocol.allowed().words();
                throw new DataException("protocol " + protocol.name() + ": " + overlap.pair.words() + ": "
                        + overlap.paths + " items by path, " + overlap.exact + " by pixels, " + overlap.near
                        + " nearly the same; allowed: " + (words.isEmpty() ? "none" : String.join(", ", words))
                        + (overlap.paths == 0 && protocol.name().equals(ShippedProtocols.OWN)
                                ? "; ?protocol=as-is behind the data counts equal pictures instead"
                                : ""));
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
