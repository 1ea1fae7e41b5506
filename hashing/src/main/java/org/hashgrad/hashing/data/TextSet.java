package org.hashgrad.hashing.data;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hashgrad.tensor.Shape;

/**
 * n labelled texts; a network sees each as its bag of words (d).
 *
 * @param texts the words of each text in their order; a text may be empty
 */
public record TextSet(String name, List<List<String>> texts, BagOfWords bag, Labels labels) implements SampleSet {

    /** @throws DataException unless there are as many texts as labels */
    public TextSet {
        texts = texts.stream().map(List::copyOf).collect(Collectors.toUnmodifiableList());
        if (texts.size() != labels.count()) {
            throw new DataException("text set " + name + ": " + texts.size() + " texts; need " + labels.count()
                    + ", one for each label row");
        }
    }

    /** (d), the size of the vocabulary */
    @Override
    public Shape sample() {
        return Shape.of(bag.size());
    }

    /** Weights of the words, (rows, d). */
    @Override
    public float[] raw(int[] rows) {
        return bag.vectors(IntStream.of(rows).mapToObj(texts::get).toList());
    }

    @Override
    public TextSet select(String newName, int[] rows) {
        return new TextSet(newName, IntStream.of(rows).mapToObj(texts::get).toList(), bag, labels.select(rows));
    }

    /** The same texts over another vocabulary. */
    TextSet with(BagOfWords other) {
        return new TextSet(name, texts, other, labels);
    }
}
