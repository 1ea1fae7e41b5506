package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.ImageSet;
import org.hashgrad.hashing.data.MultiLabels;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;
import org.hashgrad.hashing.data.VectorSet;
import org.hashgrad.hashing.step.LinearAlgebra;
import org.hashgrad.hashing.step.ScmSteps;
import org.hashgrad.tensor.RandomKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearPairCodesTest {
    private static final int N = 60;
    private static final int CLASSES = 3;

    /** Class i % 3; a picture is plain in its class's colour, a text has its class's word. */
    private static PairedSplit pairs() {
        int[] rows = new int[N * CLASSES];
        byte[] pixels = new byte[N * 3 * 64];
        float[] words = new float[N * 5];
        for (int i = 0; i < N; i++) {
            rows[i * CLASSES + i % CLASSES] = 1;
            java.util.Arrays.fill(pixels, (i * 3 + i % 3) * 64, (i * 3 + i % 3 + 1) * 64, (byte) (150 + i));
            words[i * 5 + i % 3] = 1;
            words[i * 5 + 3 + i % 2] = 1;
        }
        MultiLabels labels = MultiLabels.ofRows(rows, CLASSES);
        SampleSet images = new ImageSet("images", 3, 8, 8, pixels, labels);
        SampleSet texts = new VectorSet("texts", 5, words, labels);
        return new PairedSplit(
                new Split(images, images, Map.of("training", images)),
                new Split(texts, texts, Map.of("training", texts)));
    }

    @Test
    void pairsGetTheSameCodesWhereFeaturesTellTheLabels() {
        PairedSplit pairs = pairs();
        LinearPairCodes linear = LinearPairCodes.of(pairs, 2, 1);
        Codes images = linear.imageCodes(pairs.images().query());
        Codes texts = linear.textCodes(pairs.texts().query());
        for (int i = 0; i < N; i++) {
            assertEquals(0, images.hamming(i, images, i % CLASSES), "one code for each class");
            assertEquals(0, images.hamming(i, texts, i), "pair " + i);
        }
        Codes other = LinearPairCodes.of(pairs, 2, 2).imageCodes(pairs.images().query());
        int different = 0;
        for (int i = 0; i < CLASSES; i++) {
            different += images.hamming(i, other, i);
        }
        assertEquals(true, different > 0, "another seed is another rotation");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void correlatedPairsGetTheSameCodesAndClassesOthers(boolean orthogonal) {
        PairedSplit pairs = pairs();
        LinearPairCodes scm = LinearPairCodes.scm(pairs, 2, orthogonal, new ScmSteps(1e-6, 1e-6));
        Codes images = scm.imageCodes(pairs.images().query());
        Codes texts = scm.textCodes(pairs.texts().query());
        for (int i = 0; i < N; i++) {
            assertEquals(0, images.hamming(i, texts, i), "pair " + i);
        }
        for (int c = 1; c < CLASSES; c++) {
            assertEquals(true, images.hamming(0, images, c) > 0, "class " + c);
        }
        assertEquals(
                "scm: bits is 4; need <= 2, the rank of the similarity in these features, for orthogonal directions",
                assertThrows(ConfigException.class, () -> LinearPairCodes.scm(pairs, 4, true, new ScmSteps(1e-6, 1e-6)))
                        .getMessage());
    }

    @Test
    void rotationsKeepLengthsAndAngles() {
        double[][] rotation = LinearPairCodes.rotation(7, RandomKey.of(3));
        double[][] gram = LinearAlgebra.host().gram(rotation);
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < 7; j++) {
                assertEquals(i == j ? 1 : 0, gram[i][j], 1e-12);
            }
        }
    }

    @Test
    void moreBitsThanLabelsComeFromAllDirectionsOfTheLabels() {
        PairedSplit pairs = pairs();
        LinearPairCodes linear = LinearPairCodes.of(pairs, 12, 0);
        Codes images = linear.imageCodes(pairs.images().query());
        Codes texts = linear.textCodes(pairs.texts().query());
        for (int i = 0; i < N; i++) {
            assertEquals(0, images.hamming(i, texts, i), "pair " + i);
            assertEquals(i % CLASSES == 0, images.hamming(0, images, i) == 0, "a code of its own for each class");
        }
    }

    @Test
    void featuresAreColoursGradientsAndAHistogram() {
        byte[] pixels = new byte[3 * 16 * 16];
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                pixels[y * 16 + x] = (byte) (6 * x);
                pixels[512 + y * 16 + x] = (byte) 255;
            }
        }
        double[] f = ImageFeatures.of(new ImageSet("one", 3, 16, 16, pixels, MultiLabels.ofRows(new int[] {1}, 1)))[0];
        assertEquals(768, f.length);
        assertEquals(6 * 2.5 / 255, f[3 * (8 * 4 + 1)], 1e-12, "red of cell (4, 1)");
        assertEquals(0, f[3 * (8 * 4 + 1) + 1]);
        assertEquals(1, f[3 * (8 * 4 + 1) + 2], 1e-12);
        int gradients = 192 + 8 * (8 * 4 + 1);
        assertEquals(4 * 6 / (3 * 255.0), f[gradients], 1e-12, "four pixels, to the right");
        assertEquals(4 * 4.5 / (3 * 255.0), f[192], 1e-12, "half of them at the edge");
        for (int sector = 1; sector < 8; sector++) {
            assertEquals(0, f[gradients + sector]);
        }
        assertEquals(11 / 16.0, f[704 + 3], 1e-12, "red below 64, blue above 191");
        assertEquals(5 / 16.0, f[704 + 16 + 3], 1e-12);
    }

    @Test
    void greyPicturesHaveNoFeatures() {
        ImageSet grey = new ImageSet("grey", 1, 8, 8, new byte[64], MultiLabels.ofRows(new int[] {1}, 1));
        assertEquals(
                "image features: grey has samples (1, 8, 8); need (3, h, w), h and w >= 8",
                assertThrows(DataException.class, () -> ImageFeatures.of(grey)).getMessage());
    }
}
