package org.hashgrad.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackendOptionsTest {
    private final Path folder;

    BackendOptionsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void unknownBackendListsThoseThereAre() {
        Called.with("train", Called.DHN, "--run", folder.toString(), "--backend", "cuda")
                .endsWith(2)
                .withOneLine("unknown 'cuda'", "auto, ", "cpu", "reference");
    }

    @Test
    void unknownDeviceOfABackendListsThoseThereAre() {
        Called.with("gradcheck", "Tanh", "--backend", "cpu:no such device")
                .endsWith(2)
                .withOneLine("cpu:no such device", "there are: ", "reference:");
    }

    @Test
    void aBackendWithoutThePrecisionIsAnErrorNotAnotherBackend() {
        Called.with("gradcheck", "Tanh", "--backend", "cpu", "--precision", "f64")
                .endsWith(2)
                .withOneLine("'cpu'", "F64");
        Called.with("gradcheck", "Tanh", "--backend", "reference", "--precision", "f32")
                .endsWith(2)
                .withOneLine("'reference'", "F32");
    }

    @Test
    void unknownPrecisionListsThoseThereAre() {
        Called.with("gradcheck", "--precision", "f16").endsWith(2).withOneLine("--precision", "F32, F64", "f16");
    }

    @Test
    void winogradIsAnErrorWhereThereIsNoSuchChoice() {
        Called.with("train", Called.DHN, "--run", folder.toString(), "--backend", "cpu", "--winograd", "f4")
                .endsWith(2)
                .withOneLine("--winograd", "cpu in F32", "no choice but off, got f4");
        Called.with("train", Called.DHN, "--run", folder.toString(), "--backend", "cpu", "--winograd", "f8")
                .endsWith(2)
                .withOneLine("--winograd", "expected f4, f2 or off, got 'f8'");
    }

    @Test
    void negativeThreadsAreRefused() {
        Called.with("gradcheck", "Tanh", "--backend", "cpu", "--threads", "-1")
                .endsWith(2)
                .withOneLine("--threads", "-1");
    }
}
