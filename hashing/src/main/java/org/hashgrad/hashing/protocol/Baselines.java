package org.hashgrad.hashing.protocol;

import java.util.List;
import java.util.stream.IntStream;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.metric.RankingHistogram;
import org.hashgrad.hashing.metric.RetrievalMetrics;
import org.hashgrad.hashing.metric.RetrievalReport;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;

/** What retrieval reaches without learning: the scale on which to read a method's figures. */
public final class Baselines {
    private Baselines() {}

    /** Figures of a ranking by real scores. */
    public record Ranked(double meanAveragePrecision, double precisionAt100) {}

    /** Fair coin flips as codes. */
    public static RetrievalReport randomCodes(SampleSet query, SampleSet database, int bits, long seed, int threads) {
        RandomKey key = RandomKey.of(seed).split("random codes");
        return RetrievalMetrics.standard(threads)
                .evaluate(
                        flips(key.split("query"), query.count(), bits),
                        query.labels(),
                        flips(key.split("database"), database.count(), bits),
                        database.labels());
    }

    private static Codes flips(RandomKey key, int count, int bits) {
        return Codes.fromReal(at -> key.below(2, at) - 0.5, count, bits);
    }

    /** Ranks by the cosine of the raw pixels, 0 … 255, or of the feature vectors; equal cosines are averaged as equal distances are. */
    public static Ranked rawPixels(SampleSet query, SampleSet database, Backend backend) {
        int columns = database.count();
        float[] cosines;
        Scope scope = backend.openScope();
        try {
            Tensor product = backend.matmul(unitRows(query, backend), unitRows(database, backend), false, true);
            cosines = product.toFloats();
        } finally {
            scope.close();
        }
        double averagePrecision = 0;
        double precision = 0;
        for (int i = 0; i < query.count(); i++) {
            int row = i;
            List<Integer> ranking = IntStream.range(0, columns)
                    .boxed()
                    .sorted((a, b) -> Float.compare(cosines[row * columns + b], cosines[row * columns + a]))
                    .toList();
            RankingHistogram histogram = grouped(query, row, database, ranking, cosines);
            averagePrecision += histogram.averagePrecision();
            precision += histogram.precisionAt(100);
        }
        return new Ranked(averagePrecision / query.count(), precision / query.count());
    }

    /** The ranking with every run of equal cosines as one distance. */
    private static RankingHistogram grouped(
            SampleSet query, int row, SampleSet database, List<Integer> ranking, float[] cosines) {
        int[] total = new int[ranking.size()];
        int[] relevant = new int[ranking.size()];
        int group = -1;
        float last = Float.NaN;
        for (int j : ranking) {
            float cosine = cosines[row * ranking.size() + j];
            group += cosine == last ? 0 : 1;
            last = cosine;
            total[group]++;
            relevant[group] += query.labels().similar(row, database.labels(), j) ? 1 : 0;
        }
        return new RankingHistogram(total, relevant);
    }

    private static Tensor unitRows(SampleSet set, Backend backend) {
        int size = set.sample().size();
        float[] raw = set.raw();
        float[] rows = new float[raw.length];
        for (int i = 0; i < set.count(); i++) {
            double square = 0;
            for (int p = 0; p < size; p++) {
                double pixel = raw[i * size + p];
                square += pixel * pixel;
            }
            double scale = square == 0 ? 0 : 1 / Math.sqrt(square);
            for (int p = 0; p < size; p++) {
                rows[i * size + p] = (float) (raw[i * size + p] * scale);
            }
        }
        return backend.tensor(Shape.of(set.count(), size), rows);
    }
}
