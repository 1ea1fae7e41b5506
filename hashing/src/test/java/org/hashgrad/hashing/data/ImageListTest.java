package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageListTest {
    private static final Framing FRAMING = Framing.squeezed(2);

    private final Path folder;

    ImageListTest(@TempDir Path folder) {
        this.folder = folder;
        for (int i = 0; i < 5; i++) {
            TestPictures.write(folder.resolve("images/" + i + ".png"), 3, 2, 0x010101 * (i + 1));
        }
    }

    private Dataset read() {
        return ImageList.read(folder, folder, FRAMING);
    }

    private void write(String train, String test) throws IOException {
        Files.writeString(folder.resolve("train.txt"), train);
        Files.writeString(folder.resolve("test.txt"), test);
    }

    @Test
    void theThreeListsAreTheSplitAndRowsWithoutLabelsAreAllowed() throws IOException {
        write("./images/0.png 1 0 0\nimages/1.png  0 0 0\n\n", "images\\2.png\t0 1 1\r\n");
        Files.writeString(folder.resolve("database.txt"), "images/0.png 1 0 0\nimages/3.png 0 0 1\nimages/4.png 0 0 0");
        Files.writeString(folder.resolve("classes.txt"), "sky\nsea\nsand\n");
        Dataset set = read();
        assertEquals(
                List.of("images/2.png", "images/0.png", "images/1.png", "images/3.png", "images/4.png"), set.ids());
        assertEquals(List.of("sky", "sea", "sand"), set.classes());
        Split split = set.split();
        assertArrayEquals(new float[] {3}, java.util.Arrays.copyOf(split.query().raw(), 1));
        assertEquals(12, split.query().raw().length);
        assertEquals(3, split.database("database").count());
        assertFalse(split.training().labels().labelled(1));
        assertFalse(split.training().labels().similar(1, split.training().labels(), 1));
        assertTrue(split.query().labels().similar(0, split.database().labels(), 1));
        assertEquals(1, split.database().raw(new int[] {0})[0]);
    }

    @Test
    void oneNumberIsAClassAndWithoutADatabaseItIsTheTrainingSet() throws IOException {
        write("images/0.png 3\nimages/1.png 0\n", "images/2.png 3\n");
        Split split = read().split();
        assertEquals(4, split.query().labels().classes());
        assertEquals(split.training(), split.database("training"));
        assertTrue(split.query().labels().similar(0, split.training().labels(), 0));
        assertFalse(split.query().labels().similar(0, split.training().labels(), 1));
    }

    @Test
    void pathsThatLeadOutOfTheRootAreRefused() throws IOException {
        TestPictures.write(folder.resolveSibling("outside.png"), 2, 2, 0);
        for (String path : List.of("../outside.png", "/etc/passwd", "images/../../outside.png", ".", "a/..")) {
            write("images/0.png 1\n" + path + " 0\n", "images/1.png 0");
            assertEquals(
                    "list: " + folder.resolve("train.txt") + ": line 2: path '" + path + "' is not inside " + folder,
                    Failure.of(this::read));
        }
        Path lists = Files.createDirectories(folder.resolve("lists"));
        for (String list : List.of("train.txt", "test.txt")) {
            Files.writeString(lists.resolve(list), "images/0.png 1");
        }
        assertEquals(1, ImageList.read(lists, folder, FRAMING).count());
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstPath() throws IOException {
        write("\uFEFFimages/0.png 1", "images/1.png 0");
        Files.writeString(folder.resolve("classes.txt"), "\uFEFFcat\ndog");
        assertTrue(read().ids().contains("images/0.png"));
        assertEquals(List.of("cat", "dog"), read().classes());
    }

    @Test
    void brokenListsAreNamedWithTheirLine() throws IOException {
        String train = "list: " + folder.resolve("train.txt") + ": ";
        Files.writeString(folder.resolve("test.txt"), "images/1.png 0 0");
        assertEquals(train + "no such file", Failure.of(this::read));
        String[][] cases = {
            {"", "no pictures; need at least 1"},
            {"images/0.png 1", "line 1: expected 2 labels as in the first row, found 1"},
            {"images/0.png", "line 1: expected a path and its labels, found 1 word"},
            {"images/0.png 1 2", "line 1: expected 0 or 1, found '2'"},
            {"images/0.png 1 x", "line 1: expected 0 or 1, found 'x'"},
            {"images/0.png 1 -1", "line 1: expected 0 or 1, found '-1'"},
            {"images/1.png 0 1", "line 1: images/1.png has other labels than where it was named before"},
        };
        for (String[] one : cases) {
            Files.writeString(folder.resolve("train.txt"), one[0]);
            assertEquals(train + one[1], Failure.of(this::read));
        }
        Files.writeString(folder.resolve("train.txt"), "images/9.png 0 1");
        assertEquals(
                "list: " + folder + ": " + folder.resolve("images/9.png")
                        + ": no such picture or not readable; paths of lists are below " + folder
                        + " unless ?root=FOLDER says otherwise",
                Failure.of(this::read));
    }
}
