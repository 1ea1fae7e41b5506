package org.hashgrad.hashing.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a text in their order: runs of the letters a to z after lower-casing, two letters or more, without those left out.
 * Digits, marks and other letters separate words.
 *
 * @param leftOut words in lower case
 */
public record Tokenizer(Set<String> leftOut) {
    private static final Pattern WORD = Pattern.compile("[a-z]{2,}");

    public Tokenizer {
        leftOut = Set.copyOf(leftOut);
    }

    public List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (word.find()) {
            if (!leftOut.contains(word.group())) {
                words.add(word.group());
            }
        }
        return words;
    }
}
