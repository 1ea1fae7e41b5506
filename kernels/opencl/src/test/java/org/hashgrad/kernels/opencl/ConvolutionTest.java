package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.hashgrad.tensor.BackendException;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConvolutionTest extends OnDevice {
    private void assertConvolution(
            Precision precision, int n, int c, int h, int w, int o, int kh, int kw, ConvGeometry g) {
        Input x = draw(n, c, h, w);
        Input weights = draw(o, c / g.groups(), kh, kw);
        Shape out = g.output(x.shape(), weights.shape());
        Input gy = draw(out.toArray());
        int taps = c / g.groups() * kh * kw;
        assertMultilinear(precision, taps, one(in -> in.on().conv2d(in.x(0), in.x(1), g)), x, weights);
        assertMultilinear(
                precision,
                o / g.groups() * kh * kw,
                one(in -> in.on().conv2dInputGradient(in.x(0), in.x(1), x.shape(), g)),
                gy,
                weights);
        assertMultilinear(
                precision,
                n * out.dim(2) * out.dim(3),
                one(in -> in.on().conv2dWeightGradient(in.x(0), in.x(1), weights.shape(), g)),
                x,
                gy);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void channelsAndImagesAroundEachTileMatchTheReference(Precision precision) {
        for (int o : new int[] {1, 2, 8, 15, 16, 17, 31, 32, 33}) {
            assertConvolution(precision, 2, 3, 5, 6, o, 3, 3, ConvGeometry.of(1, 1));
        }
        for (int width : new int[] {1, 2, 13, 14, 15, 29}) {
            assertConvolution(precision, 1, 2, 1, width, 3, 1, 1, ConvGeometry.of(1, 0));
        }
        for (int n : new int[] {1, 2, 5}) {
            assertConvolution(precision, n, 1, 7, 7, 4, 5, 5, ConvGeometry.of(1, 2));
        }
        for (int c : new int[] {4, 7, 8, 9, 15, 16, 17, 24, 33}) {
            assertConvolution(precision, 2, c, 4, 5, 9, 3, 2, ConvGeometry.of(1, 1));
        }
        for (int n : new int[] {1, 13, 14, 15, 29}) {
            assertConvolution(precision, n, 9, 3, 4, 17, 5, 5, ConvGeometry.of(1, 2));
            assertConvolution(precision, n, 8, 5, 4, 8, 3, 3, ConvGeometry.of(2, 1));
        }
        for (int n : new int[] {6, 7, 8, 15}) {
            assertConvolution(precision, n, 16, 8, 8, 8, 3, 3, ConvGeometry.of(1, 1));
        }
        assertConvolution(precision, 2, 200, 3, 3, 16, 5, 5, ConvGeometry.of(1, 2));
        for (int area : new int[] {1, 3, 17}) {
            assertConvolution(precision, 3, 20, area, 2, 33, 1, 1, ConvGeometry.of(1, 0));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void stridesPaddingAndGroupsMatchTheReference(Precision precision) {
        assertConvolution(precision, 2, 3, 11, 11, 5, 3, 3, ConvGeometry.of(2, 1));
        assertConvolution(precision, 2, 3, 23, 21, 4, 11, 11, ConvGeometry.of(4, 2));
        assertConvolution(precision, 2, 4, 9, 8, 6, 3, 2, new ConvGeometry(2, 3, 1, 0, 2));
        assertConvolution(precision, 1, 6, 6, 6, 6, 3, 3, new ConvGeometry(1, 1, 1, 1, 6));
        assertConvolution(precision, 2, 2, 4, 4, 3, 1, 1, ConvGeometry.of(2, 0));
        assertConvolution(precision, 1, 2, 3, 3, 2, 2, 2, new ConvGeometry(1, 1, 3, 4, 1));
        assertConvolution(precision, 1, 1, 8, 8, 2, 3, 3, new ConvGeometry(3, 1, 0, 2, 1));
        assertConvolution(precision, 3, 32, 5, 4, 32, 3, 3, new ConvGeometry(1, 1, 1, 1, 2));
        assertConvolution(precision, 2, 32, 4, 4, 18, 3, 3, new ConvGeometry(1, 1, 1, 1, 2));
        assertConvolution(precision, 2, 18, 4, 4, 64, 3, 3, new ConvGeometry(2, 1, 1, 1, 2));
        assertConvolution(precision, 2, 9, 9, 10, 9, 3, 3, new ConvGeometry(3, 2, 2, 1, 1));
        assertConvolution(precision, 2, 9, 5, 5, 9, 3, 3, ConvGeometry.of(1, 4));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void weightGradientAddsManyImagesInParts(Precision precision) {
        assertConvolution(precision, 12, 2, 20, 20, 3, 3, 3, ConvGeometry.of(1, 1));
        assertConvolution(precision, 5, 3, 40, 40, 40, 11, 11, ConvGeometry.of(1, 5));
        assertConvolution(precision, 12, 8, 20, 20, 9, 3, 3, ConvGeometry.of(1, 1));
        assertConvolution(precision, 3, 40, 15, 15, 9, 1, 1, ConvGeometry.of(1, 0));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aNaNPixelReachesItsNeighbourhoodOnly(Precision precision) {
        for (int channels : new int[] {1, 17}) {
            int pixel = (2 * channels - 1) * 36 + 6 * 2 + 3;
            Input x = draw(2, channels, 6, 6).with(pixel, Double.NaN);
            double[] y = run(
                            opencl(precision),
                            one(in -> in.on().conv2d(in.x(0), in.x(1), ConvGeometry.of(1, 1))),
                            List.of(x, draw(2, channels, 3, 3)))
                    .get(0);
            for (int i = 0; i < y.length; i++) {
                int row = i / 6 % 6;
                int column = i % 6;
                boolean near = i >= 72 && Math.abs(row - 2) <= 1 && Math.abs(column - 3) <= 1;
                assertEquals(near, Double.isNaN(y[i]), channels + " channels, output " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void oneTensorMayBeBothArgumentsInDifferentShapes(Precision precision) {
        ConvGeometry g = new ConvGeometry(1, 1, 4, 0, 1);
        Shape weights = Shape.of(16, 32, 1, 1);
        assertMultilinear(
                precision,
                64,
                one(in -> in.on()
                        .conv2dWeightGradient(in.x(0), in.on().reshape(in.x(0), Shape.of(1, 16, 16, 4)), weights, g)),
                draw(1, 32, 8, 4));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void paddedLinesBeyondWhatKernelsCanIndexAreRefusedByShapeWhereKernelsPad(Precision precision) {
        OpenClBackend backend = opencl(precision);
        Tensor x = backend.fill(Shape.of(1, 1, 1, 1), 1);
        ConvGeometry g = new ConvGeometry(1000, 1000, 25000, 25000, 1);
        if (backend.engine().family() == Family.GPU) {
            double[] y = backend.conv2d(x, x, g).toDoubles();
            for (int i = 0; i < 51 * 51; i++) {
                assertEquals(i == 25 * 51 + 25 ? 1 : 0, y[i], "output " + i);
            }
            return;
        }
        BackendException e = assertThrows(BackendException.class, () -> backend.conv2d(x, x, g));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("(1, 1, 1, 1)") && message.contains("2500100001"), message);
    }
}
