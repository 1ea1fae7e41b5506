package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.hashgrad.autograd.Pass;
import org.hashgrad.hashing.protocol.RunConfig;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.model.LabeledHashNetwork;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The papers' image networks, for pictures of 224 x 224, in the methods of two media. */
class LargePicturesTest {
    private static final Shape PICTURE = Shape.of(3, 224, 224);
    private static final int BITS = 16;
    private static final CrossModalMethod.Media MEDIA = new CrossModalMethod.Media(PICTURE, Shape.of(60), 5, BITS);

    private final Backend backend = Backends.installed().open("cpu");

    @AfterEach
    void everyBufferIsGivenBack() {
        assertEquals(0, backend.liveBytes());
        backend.close();
    }

    private static CrossModalMethod method(String name, String network) {
        List<String> small = name.equals("cmch")
                ? List.of("text.units1=8", "text.units2=8")
                : name.equals("dcmh") ? List.of("text.units=8") : List.of();
        return (CrossModalMethod)
                RunConfig.of(Map.of("method", name, "data", "paired:x", "image.network", network), small)
                        .method();
    }

    /** Of one picture of pixels 0 … 255, less their mean and over a deviation. */
    private static float[] picture(double deviation) {
        float[] pixels = new float[PICTURE.size()];
        RandomKey key = RandomKey.of(2);
        for (int at = 0; at < pixels.length; at++) {
            pixels[at] = (float) ((key.below(256, at / 7) - 127.5) / deviation);
        }
        return pixels;
    }

    private static double rootMeanSquare(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).average().orElseThrow());
    }

    /** Its weights have deviation 0.01 whatever a layer's width; of inputs of deviation 1 nothing would be left. */
    @Test
    void featuresOfCnnFTellPicturesOfLevelsApart() {
        CrossModalMethod method = method("ssah", "cnn-f");
        assertTrue(method.imageNetwork().takesLevels());
        try (CrossModalNetworks networks = method.networks(Blueprint.of(backend, RandomKey.of(1)), MEDIA);
                Pass pass = Pass.evaluate(backend)) {
            LabeledHashNetwork.Outputs outputs = ((LabeledHashNetwork) networks.image())
                    .outputs(pass, pass.constant(backend.tensor(Shape.of(1, 3, 224, 224), picture(1))));
            assertEquals(Shape.of(1, BITS), outputs.relaxedCodes().shape());
            assertEquals(Shape.of(1, 5), outputs.labelLogits().shape());
            double features = rootMeanSquare(outputs.features().value().toDoubles());
            assertTrue(features > 5e-3, () -> "features " + features);
        }
    }

    @Test
    void tenLayersWithShortcutsGiveCodes() {
        CrossModalMethod method = method("cmch", "resnet-10");
        try (CrossModalNetworks networks = method.networks(Blueprint.of(backend, RandomKey.of(1)), MEDIA);
                Pass pass = Pass.evaluate(backend)) {
            double[] codes = networks.image()
                    .forward(pass, pass.constant(backend.tensor(Shape.of(1, 3, 224, 224), picture(74))))
                    .value()
                    .toDoubles();
            assertEquals(BITS, codes.length);
            assertTrue(rootMeanSquare(codes) > 1e-3, () -> Arrays.toString(codes));
        }
    }

    /** Without weights, which are 138 million. */
    @Test
    void vgg16TakesThePicturesToCodes() {
        CrossModalMethod method = method("dcmh", "vgg-16");
        try (CrossModalNetworks networks = method.networks(Blueprint.blank(backend), MEDIA);
                Pass pass = Pass.evaluate(backend)) {
            assertEquals(
                    Shape.of(1, BITS),
                    networks.image()
                            .forward(pass, pass.constant(backend.tensor(Shape.of(1, 3, 224, 224), picture(74))))
                            .shape());
        }
    }
}
