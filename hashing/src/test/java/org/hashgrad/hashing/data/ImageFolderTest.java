package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    private static final Framing FRAMING = Framing.squeezed(2);

    private final Path folder;

    ImageFolderTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Dataset read() {
        return ImageFolder.read(folder, FRAMING);
    }

    @Test
    void foldersAreClassesInAlphabeticalOrderWhateverLiesBetween() throws IOException {
        TestPictures.write(folder.resolve("dog/b.JPG".replace("JPG", "jpg")), 4, 4, 0xff0000);
        TestPictures.write(folder.resolve("cat/deep/er/a.png"), 4, 4, 0x00ff00);
        TestPictures.write(folder.resolve("cat/z.png"), 4, 4, 0x0000ff);
        Files.writeString(folder.resolve("cat/notes.txt"), "no picture");
        Files.writeString(folder.resolve("cat/.hidden.png"), "no picture");
        Dataset set = read();
        assertEquals(List.of("cat/deep/er/a.png", "cat/z.png", "dog/b.jpg"), set.ids());
        assertEquals(List.of("cat", "dog"), set.classes());
        assertTrue(set.labels().has(2, 1));
        assertEquals(255, set.images().raw(new int[] {1})[8]);
        assertEquals(
                "data: " + folder.getFileName()
                        + ": has no items for query; its files don't split it, so a protocol has to",
                Failure.of(set::split));
    }

    @Test
    void foldersOfPartsAreTheSplit() {
        TestPictures.write(folder.resolve("test/dog/1.png"), 2, 2, 0x010000);
        TestPictures.write(folder.resolve("train/cat/1.png"), 2, 2, 0x020000);
        TestPictures.write(folder.resolve("train/dog/2.png"), 2, 2, 0x030000);
        TestPictures.write(folder.resolve("database/cat/9.png"), 2, 2, 0x040000);
        Split split = read().split();
        assertEquals(1, split.query().raw()[0]);
        assertEquals(2, split.training().count());
        assertEquals(4, split.database().raw()[0]);
        assertTrue(split.query().labels().similar(0, split.training().labels(), 1));
        assertEquals(2, split.query().labels().classes());
    }

    @Test
    void aPartBesideAnotherFolderIsAnErrorAndAClassNamedLikeAPartIsNone() {
        TestPictures.write(folder.resolve("train/1.png"), 2, 2, 0);
        TestPictures.write(folder.resolve("bus/1.png"), 2, 2, 0);
        assertEquals(List.of("bus", "train"), read().classes());
        TestPictures.write(folder.resolve("train/cat/1.png"), 2, 2, 0);
        assertEquals(
                "folder: " + folder + ": train is a part with classes inside and bus is none; need only parts of"
                        + " [database, query, test, train, training, val] or only classes",
                Failure.of(this::read));
    }

    @Test
    void noFolderNoPictureAndStrayPicturesAreErrors() {
        Path none = folder.resolve("none");
        assertEquals("folder: " + none + ": no such folder", Failure.of(() -> ImageFolder.read(none, FRAMING)));
        assertTrue(Failure.of(this::read).contains("no picture in it; need a folder per class"));
        TestPictures.write(folder.resolve("cat/1.png"), 2, 2, 0);
        Path stray = TestPictures.write(folder.resolve("stray.png"), 2, 2, 0);
        assertTrue(Failure.of(this::read).endsWith("stray.png: a picture outside of any class's folder"));
        assertTrue(Failure.of(() -> ImageFolder.read(stray, FRAMING)).contains("can not be read"));
    }

    @Test
    void linkedFoldersAndPicturesAreFollowedAndALoopIsSaid() throws IOException {
        Path elsewhere = folder.resolveSibling(folder.getFileName() + "-elsewhere");
        TestPictures.write(elsewhere.resolve("a.png"), 2, 2, 0);
        TestPictures.write(folder.resolve("dog/b.png"), 2, 2, 0);
        java.nio.file.Files.createSymbolicLink(folder.resolve("cat"), elsewhere);
        java.nio.file.Files.createSymbolicLink(folder.resolve("dog/c.png"), elsewhere.resolve("a.png"));
        assertEquals(List.of("cat/a.png", "dog/b.png", "dog/c.png"), read().ids());
        java.nio.file.Files.createSymbolicLink(folder.resolve("dog/loop"), folder.resolve("dog"));
        assertTrue(Failure.of(this::read).startsWith("folder: " + folder + ": can not be read: "));
    }
}
