package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.file.Path;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorSetTest {
    private final Path folder;

    VectorSetTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private void write(String set, float[] vectors, int n, int... classes) {
        NpyFile.write(folder.resolve(set + ".npy"), vectors, n, vectors.length / n);
        NpyFile.write(folder.resolve(set + "-labels.npy"), classes, classes.length);
    }

    @Test
    void aFolderOfArraysIsASplit() {
        write("query", new float[] {1, 2, 3}, 1, 1);
        write("training", new float[] {0.5f, 1, 2, 3, 4, 5}, 2, 0, 1);
        Split split = VectorSet.split(folder);
        assertEquals(Shape.of(3), split.query().sample());
        assertArrayEquals(new float[] {0.5f, 1, 2, 3, 4, 5}, split.training().raw());
        assertSame(split.training(), split.database());
        assertEquals(1, split.databases().size(), "no held-out file");
        write("held-out", new float[] {7, 8, 9}, 1, 0);
        assertEquals(1, VectorSet.split(folder).database("held-out").count());
        NpyFile.write(folder.resolve("query-labels.npy"), new int[] {1, 0, 1}, 1, 3);
        assertEquals(3, VectorSet.split(folder).query().labels().classes());
    }

    @Test
    void brokenFilesAreNamed() {
        write("query", new float[] {1, 2, 3}, 1, 1, 0);
        write("training", new float[] {1, 2, 3}, 1, 1);
        String query = folder.resolve("query.npy").toString();
        assertEquals(
                query + ": expected 2 vectors as in query-labels.npy, found 1",
                Failure.of(() -> VectorSet.split(folder)));
        write("query", new float[] {1, Float.NaN, 3, 4}, 2, 1, 0);
        assertEquals(
                query + ": vector set query: vector 0 has NaN at component 1; need finite numbers",
                Failure.of(() -> VectorSet.split(folder)));
        write("query", new float[] {1, 2}, 1, 1);
        assertEquals(
                "split: sample shapes differ: query (2) against training (3)",
                Failure.of(() -> VectorSet.split(folder)));
        NpyFile.write(folder.resolve("query-labels.npy"), new int[] {-1}, 1);
        assertEquals(
                folder.resolve("query-labels.npy") + ": labels: class of sample 0 is -1; need a number >= 0",
                Failure.of(() -> VectorSet.split(folder)));
    }
}
