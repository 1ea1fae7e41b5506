package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    private final Path folder;

    TrainCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void trainingPrintsFiguresAndLeavesARunFolderThatEvaluateAgreesWith() throws IOException {
        Path run = folder.resolve("new/run");
        Called trained = Called.trainedBriefly(run, "--seed", "7").endsWith(0);
        trained.saying("mAP ", "mAP_held_out", "precision_at_radius_2", "empty_at_radius_2", "run folder: " + run);
        assertTrue(trained.err().contains("backend: cpu on "), trained::err);
        assertEquals(
                1, trained.err().lines().filter(l -> l.startsWith("epoch ")).count(), trained::err);
        assertTrue(Files.readString(run.resolve("config.yaml")).contains("seed: 7"));

        Path json = folder.resolve("again.json");
        Called again = Called.with("evaluate", "--run", run.toString(), "--json", json.toString())
                .endsWith(0);
        ObjectMapper mapper = new ObjectMapper();
        JsonNode stored = mapper.readTree(run.resolve("metrics.json").toFile());
        assertEquals(stored, mapper.readTree(json.toFile()));
        assertEquals(
                trained.out().lines().filter(l -> l.startsWith("mAP")).toList(),
                again.out().lines().filter(l -> l.startsWith("mAP")).toList());
    }

    @Test
    void unknownKeyIsNamedWithTheNearestValidOne() {
        Called.with("train", Called.DHN, "-o", "optimizer.rte=1")
                .endsWith(2)
                .withOneLine("unknown key 'optimizer.rte'", "nearest: optimizer.rate");
    }

    @Test
    void overrideWithoutAnEqualsSignIsRefused() {
        Called.with("train", Called.DHN, "-o", "bits").endsWith(2).withOneLine("expected key=value", "'bits'");
    }

    @Test
    void valueOfTheWrongKindNamesItsKey() {
        Called.with("train", Called.DHN, "-o", "bits=many").endsWith(2).withOneLine("bits", "whole number", "'many'");
    }

    @Test
    void unknownDataAndNetworkListThoseThereAre() {
        Called.trainedBriefly(folder, "-o", "data=cifar").endsWith(2).withOneLine("data", "embedded", "'cifar'");
        Called.trainedBriefly(folder, "-o", "network=vgg").endsWith(2).withOneLine("network", "small-cnn", "'vgg'");
        Called.trainedBriefly(folder, "-o", "data=embedded:0").endsWith(2).withOneLine("images per class is 0");
    }

    @Test
    void missingConfigurationIsNamed() {
        Called.with("train", "no-such.yaml").endsWith(2).withOneLine("no-such.yaml: no such file");
    }

    @Test
    void syntaxErrorsNameFileAndLine() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.yaml"), "method: dhn\nbits: [48\nseed: 0\n");
        Called.with("train", file.toString()).endsWith(2).withOneLine("broken.yaml line 3");
    }

    @Test
    void duplicateKeysNameFileAndLine() throws IOException {
        Path file = Files.writeString(folder.resolve("twice.yaml"), "method: dhn\nbits: 48\nseed: 0\nbits: 32\n");
        Called.with("train", file.toString()).endsWith(2).withOneLine("twice.yaml line 4", "bits");
    }

    @Test
    void unwritableRunFolderIsFoundBeforeTraining() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        Called called = Called.trainedBriefly(file.resolve("run")).endsWith(2).withOneLine("can't be written", "file");
        assertFalse(called.err().contains("epoch"), called::err);
    }

    @Test
    void demoHasItsConfigurationInTheJarAndFindsAnUnwritableFolderBeforeTraining() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        Called called = Called.with(
                        "demo", "--backend", "cpu", "--run", file.resolve("run").toString())
                .endsWith(2)
                .withOneLine("can't be written");
        assertTrue(called.err().contains("48 bits, on Fashion-MNIST: 5000 training images"), called::err);
        assertFalse(called.err().contains("loss"), called::err);
    }

    @Test
    void aRunIsNotOverwritten() throws IOException {
        Files.writeString(folder.resolve("config.yaml"), "method: dhn\n");
        Called called = Called.trainedBriefly(folder).endsWith(2).withOneLine("holds a run already");
        assertFalse(called.err().contains("epoch"), called::err);
    }

    @Test
    void lossThatIsNoNumberStopsAndNamesEpochBatchAndTensor() {
        Called.trainedBriefly(folder.resolve("run"), "-o", "optimizer.rate=1e30")
                .endsWith(1)
                .withOneLine("epoch 1 of 1", "batch ", "optimizer.rate");
    }
}
