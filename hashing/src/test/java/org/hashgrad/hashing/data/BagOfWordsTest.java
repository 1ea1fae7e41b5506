package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.Test;

final class BagOfWordsTest {
    private static final List<List<String>> TRAINING = List.of(
            List.of("red", "apple", "red"), List.of("green", "apple"), List.of(), List.of("apple", "tree", "green"));

    private static BagOfWords bag(int minDocuments, TermWeighting weighting) {
        return BagOfWords.of(TRAINING, minDocuments, weighting);
    }

    @Test
    void vocabularyHasTheWordsOfEnoughTextsInAlphabeticalOrder() {
        assertEquals(
                List.of("apple", "green", "red", "tree"),
                bag(1, TermWeighting.BINARY).words());
        assertEquals(List.of("apple", "green"), bag(2, TermWeighting.BINARY).words(), "red is in one text, twice");
        assertEquals(List.of("apple"), bag(3, TermWeighting.BINARY).words());
    }

    @Test
    void weightsAreThoseOfTheirFormulas() {
        List<List<String>> texts = List.of(List.of("red", "apple", "red", "unknown"), List.of(), List.of("pear"));
        assertArrayEquals(
                new float[] {1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                bag(1, TermWeighting.BINARY).vectors(texts));
        assertArrayEquals(
                new float[] {1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                bag(1, TermWeighting.COUNT).vectors(texts));
        assertArrayEquals(
                new float[] {(float) Math.log(4.0 / 3), 0, (float) (2 * Math.log(4)), 0, 0, 0, 0, 0, 0, 0, 0, 0},
                bag(1, TermWeighting.TF_IDF).vectors(texts),
                1e-6f);
    }

    @Test
    void aVocabularyNeedsAWord() {
        assertEquals(
                "bag of words: no word is in 4 of the 4 training texts; need at least 1 such word",
                Failure.of(() -> bag(4, TermWeighting.BINARY)));
        assertEquals("bag of words: minDocuments is 0; need >= 1", Failure.of(() -> bag(0, TermWeighting.COUNT)));
    }

    @Test
    void wordsAreRunsOfLettersInLowerCase() {
        assertEquals(
                List.of("apple", "apple", "caf", "pie"),
                new Tokenizer(Set.of("the")).words("The APPLE_2, apple; a café's pie"));
        assertEquals(List.of(), new Tokenizer(Set.of()).words(" 12 \u4e2d - x\n"));
    }

    @Test
    void labelWordsAreThereInSingularAndPlural() {
        assertEquals(
                Set.of("food", "foods", "map", "maps", "symbols", "symbol"),
                OpenClipart.labelWords(Set.of("food", "food/map_symbols")));
        assertTrue(OpenClipart.labelWords(Set.of("people/smilies", "people/stickmen", "geography"))
                .containsAll(Set.of("smiley", "smily", "stickman", "geographies")));
    }

    @Test
    void aTextSetIsItsBagOfWords() {
        BagOfWords bag = bag(2, TermWeighting.COUNT);
        TextSet set = new TextSet("t", List.of(List.of("green", "green"), List.of()), bag, ClassLabels.of(0, 1));
        assertEquals(Shape.of(2), set.sample());
        assertEquals(2, set.count());
        assertArrayEquals(new float[] {0, 2, 0, 0}, set.raw());
        assertEquals(
                "text set t: 1 texts; need 2, one for each label row",
                Failure.of(() -> new TextSet("t", List.of(List.of()), bag, ClassLabels.of(0, 1))));
    }

    @Test
    void wordsThatADataSetBringsAreFoundAsTheyAreWritten() {
        BagOfWords tags = BagOfWords.ofVocabulary(List.of("d80", "50mm", "café", "sky", "black&white", "NYC"));
        assertEquals(
                List.of("d80", "50mm", "café", "sky", "black&white", "NYC", "night", "f2"),
                tags.wordsOf(" D80 (50mm), Café; sky\tblack&white nyc! night f2 -"));
        assertEquals(List.of("blue", "sky"), tags.wordsOf("blue-sky"), "taken apart where there is no such word");
        assertEquals(List.of(), tags.wordsOf("  "));
        BagOfWords counted = BagOfWords.of(List.of(List.of("sky")), 1, TermWeighting.BINARY);
        assertEquals(
                List.of("mm", "caf", "sky"), counted.wordsOf("d80 50mm café sky"), "as its texts were taken apart");
    }
}
