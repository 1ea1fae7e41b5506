package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCsvTest {
    private final Path file;

    ImageCsvTest(@TempDir Path folder) {
        this.file = folder.resolve("my.csv");
        for (String name : List.of("a,b.png", "c.png", "d.png")) {
            TestPictures.write(folder.resolve(name), 2, 2, 0x050607);
        }
    }

    private Dataset read(String text) throws IOException {
        Files.writeString(file, text);
        return ImageCsv.read(file, Framing.squeezed(2), 1);
    }

    private String failure(String text) {
        return Failure.of(() -> read(text)).replace("csv: " + file + ": ", "");
    }

    @Test
    void quotesSeveralLabelsTextsAndPartsAreRead() throws IOException {
        Dataset set = read("""
                path,labels,text,split
                "a,b.png",red; blue,"A ""big"" apple
                and a tree",training
                c.png,,,query
                d.png,blue,apple,
                """.replace("g\n", "g\r\n"));
        assertEquals("my", set.name());
        assertEquals(List.of("a,b.png", "c.png", "d.png"), set.ids());
        assertEquals(List.of("blue", "red"), set.classes());
        assertTrue(
                set.labels().has(0, 0) && set.labels().has(0, 1) && set.labels().has(2, 0));
        assertFalse(set.labels().labelled(1));
        TextSet texts = (TextSet) set.texts().orElseThrow();
        assertEquals(List.of("big", "apple", "and", "tree"), texts.texts().get(0));
        assertEquals(List.of(), texts.texts().get(1), "an empty text stays");
        assertEquals(List.of("and", "apple", "big", "tree"), texts.bag().words());
        assertEquals(5, set.split().query().raw()[0]);
        PairedSplit pairs = set.pairs(
                new int[] {1},
                new int[] {2},
                Map.of("all", new int[] {0, 2}),
                Optional.of(new Dataset.Vocabulary(1, TermWeighting.BINARY)));
        assertArrayEquals(new float[] {1}, pairs.texts().training().raw(), "words of the training texts alone");
        assertArrayEquals(new float[] {0}, pairs.texts().query().raw());
        assertArrayEquals(new float[] {1, 1}, pairs.texts().database().raw());
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstHead() throws IOException {
        assertEquals(List.of("x"), read("\uFEFFpath,labels\nc.png,x\n").classes());
    }

    @Test
    void textsAreNotNeeded() throws IOException {
        Dataset set = read("labels,path\nx,c.png\n");
        assertTrue(set.texts().isEmpty());
        assertEquals(
                "data: my: has no texts; need some",
                Failure.of(() -> set.pairs(new int[] {0}, new int[] {0}, Map.of(), Optional.empty())));
    }

    @Test
    void brokenFilesAreNamedWithTheirLine() throws IOException {
        Path none = file.resolveSibling("none.csv");
        assertEquals("csv: " + none + ": no such file", Failure.of(() -> ImageCsv.read(none, Framing.squeezed(2), 1)));
        assertEquals("no rows; need at least 1 picture", failure("path,labels\n"));
        assertEquals("no rows; need at least 1 picture", failure(""));
        assertTrue(
                failure("file,labels\nc.png,x\n").startsWith("line 2: expected the heads path, labels and, if wanted"));
        assertTrue(failure("path,labels,colour\nc.png,x,y\n").contains("found [path, labels, colour]"));
        assertEquals("line 3: expected 2 fields, found 1", failure("path,labels\nc.png,x\nd.png\n"));
        assertEquals(
                "line 3: c.png is named a second time",
                failure("path,labels\nc.png,x\n./c.png,y\n").replace("./", ""));
        assertTrue(failure("path,labels\n../c.png,x\n").startsWith("line 2: path '../c.png' is not inside"));
        assertEquals("no row has a label; need at least 1", failure("path,labels\nc.png,;\n"));
        assertTrue(failure("path,labels\nx.png,x\n").endsWith("x.png: no such picture or not readable"));
        assertEquals(
                "line 2: split: expected one of [query, training, database] or nothing, found 'test'",
                failure("path,labels,split\nc.png,x,test\n"));
        assertTrue(failure("path,labels,path\nc.png,x,y\n").startsWith("line 2: expected the heads"));
        assertTrue(failure("path,labels\n\"c.png,x\n").startsWith("line 2: expected 2 fields"));
    }
}
