package org.hashgrad.hashing.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Texts as vectors (d) over a vocabulary of d words: those a data set brings, or, in alphabetical order, the words that at least {@code minDocuments} of the training
 * texts have. Other words of a text are ignored; a text without any known word is the zero vector.
 */
public final class BagOfWords {
    private final TermWeighting weighting;
    private final int documents;
    private final Map<String, Integer> columns = new LinkedHashMap<>();
    private final List<Integer> documentsWith = new ArrayList<>();

    private final boolean given;

    private BagOfWords(TermWeighting weighting, int documents, boolean given) {
        this.weighting = weighting;
        this.documents = documents;
        this.given = given;
    }

    /**
     * The vocabulary of these texts, each a list of words.
     *
     * @throws DataException if {@code minDocuments} is below 1 or no word is left
     */
    public static BagOfWords of(List<List<String>> training, int minDocuments, TermWeighting weighting) {
        if (minDocuments < 1) {
            throw new DataException("bag of words: minDocuments is " + minDocuments + "; need >= 1");
        }
        Map<String, Integer> documentsWith = new TreeMap<>();
        for (List<String> text : training) {
            new HashSet<>(text).forEach(word -> documentsWith.merge(word, 1, Integer::sum));
        }
        BagOfWords bag = new BagOfWords(weighting, training.size(), false);
        documentsWith.forEach((word, count) -> {
            if (count >= minDocuments) {
                bag.columns.put(word, bag.columns.size());
                bag.documentsWith.add(count);
            }
        });
        if (bag.columns.isEmpty()) {
            throw new DataException("bag of words: no word is in " + minDocuments + " of the " + training.size()
                    + " training texts; need at least 1 such word");
        }
        return bag;
    }

    /**
     * A vocabulary that a data set brings, in its order, weighing 0 or 1.
     *
     * @throws DataException if it is empty or has a word twice
     */
    public static BagOfWords ofVocabulary(List<String> words) {
        BagOfWords bag = new BagOfWords(TermWeighting.BINARY, 1, true);
        for (String word : words) {
            if (bag.columns.putIfAbsent(word, bag.columns.size()) != null) {
                throw new DataException("bag of words: the vocabulary has '" + word + "' twice; need different words");
            }
            bag.documentsWith.add(1);
        }
        if (words.isEmpty()) {
            throw new DataException("bag of words: the vocabulary is empty; need at least 1 word");
        }
        return bag;
    }

    /** Whether the vocabulary is one that the data set brings. */
    boolean given() {
        return given;
    }

    /** The vocabulary in the order of columns; column w of a vector is word w. */
    public List<String> words() {
        return List.copyOf(columns.keySet());
    }

    /**
     * The words of a written text in their order, known or not. Of a vocabulary that the data set brings, what lies between white space and has the
     * letters of a word of it, with marks around or without, is that word; anything else is taken apart as {@link Tokenizer} does.
     */
    public List<String> wordsOf(String text) {
        Tokenizer tokenizer = new Tokenizer(Set.of());
        if (!given) {
            return tokenizer.words(text);
        }
        Map<String, String> brought = new HashMap<>();
        columns.keySet().forEach(word -> brought.put(word.toLowerCase(Locale.ROOT), word));
        List<String> words = new ArrayList<>();
        for (String piece : text.toLowerCase(Locale.ROOT).strip().split("\\s+", -1)) {
            String bare = piece.replaceAll("^\\p{Punct}+|\\p{Punct}+$", "");
            String word = brought.getOrDefault(piece, brought.get(bare));
            List<String> parts = word == null ? tokenizer.words(piece) : List.of(word);
            words.addAll(parts.isEmpty() && !bare.isEmpty() ? List.of(bare) : parts);
        }
        return words;
    }

    /** d, the size of the vocabulary. */
    public int size() {
        return columns.size();
    }

    /** The texts as rows (n, d), row-major. */
    public float[] vectors(List<List<String>> texts) {
        int d = size();
        float[] vectors = new float[Math.multiplyExact(texts.size(), d)];
        for (int i = 0; i < texts.size(); i++) {
            int[] occurrences = new int[d];
            for (String word : texts.get(i)) {
                Integer column = columns.get(word);
                if (column != null) {
                    occurrences[column]++;
                }
            }
            for (int w = 0; w < d; w++) {
                vectors[i * d + w] = (float) weighting.weight(occurrences[w], documents, documentsWith.get(w));
            }
        }
        return vectors;
    }
}
