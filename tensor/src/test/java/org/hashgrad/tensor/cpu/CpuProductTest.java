package org.hashgrad.tensor.cpu;

import static org.hashgrad.tensor.Precision.F32;

import java.util.List;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.UnaryOp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matrix products and convolutions against the reference within the inner-product bound γ_n Σ|a||b|, around every tile edge. */
class CpuProductTest {
    /** γ_n Σ|a||b| by running the same product on absolute values, and the input's own rounding is exact. */
    private static List<Tensor> scaled(Backend on, Tensor product, int inner) {
        return List.of(on.affine(product, Tolerances.dot(F32, inner), Tolerances.floor(F32, inner)));
    }

    private static Tensor abs(Backend on, Tensor x) {
        return on.unary(UnaryOp.ABS, x);
    }

    private static void matmul(int rows, int columns, int inner) {
        for (int form = 0; form < 4; form++) {
            boolean transposeA = (form & 1) != 0;
            boolean transposeB = (form & 2) != 0;
            new Comparison("matmul" + form)
                    .normal(transposeA ? inner : rows, transposeA ? rows : inner)
                    .normal(transposeB ? columns : inner, transposeB ? inner : columns)
                    .within(
                            (on, in) -> scaled(
                                    on,
                                    on.matmul(abs(on, in.get(0)), abs(on, in.get(1)), transposeA, transposeB),
                                    inner),
                            (on, in) -> List.of(on.matmul(in.get(0), in.get(1), transposeA, transposeB)));
        }
    }

    @Test
    void matmulAgreesAroundTheEdgesOfBothTiles() {
        for (int rows : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 17}) {
            for (int columns : new int[] {1, 3, 4, 5, 31, 32, 33, 65}) {
                matmul(rows, columns, 5);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "9, 33, 1",
        "9, 33, 2",
        "9, 33, 255",
        "9, 33, 256",
        "9, 33, 257",
        "8, 32, 513",
        "9, 127, 70",
        "9, 128, 70",
        "9, 129, 70",
        "128, 129, 30",
        "129, 129, 30",
        "5, 300, 258",
        "150, 40, 100",
        "145, 70, 390"
    })
    void matmulAgreesAroundTheEdgesOfItsBlocks(int rows, int columns, int inner) {
        matmul(rows, columns, inner);
    }

    @ParameterizedTest
    @CsvSource({
        // N, C, H, W, O, KH, KW, strideY, strideX, padY, padX, groups
        "1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1",
        "1, 1, 5, 5, 1, 3, 3, 1, 1, 0, 0, 1",
        "2, 3, 7, 6, 4, 3, 3, 1, 1, 1, 1, 1",
        "3, 2, 8, 9, 5, 3, 2, 2, 3, 1, 0, 1",
        "2, 4, 9, 9, 6, 3, 3, 2, 2, 1, 1, 2",
        "1, 6, 5, 7, 6, 3, 3, 1, 1, 1, 1, 6",
        "2, 3, 23, 23, 8, 11, 11, 4, 4, 2, 2, 1",
        "2, 2, 4, 4, 3, 3, 3, 1, 1, 4, 3, 1",
        "2, 2, 4, 5, 3, 1, 1, 2, 2, 0, 0, 1",
        "2, 2, 4, 5, 3, 1, 1, 2, 3, 1, 2, 1",
        "2, 3, 6, 6, 9, 2, 2, 3, 3, 0, 0, 1",
        "1, 2, 3, 3, 2, 3, 3, 5, 5, 0, 0, 1",
        "3, 1, 28, 28, 33, 5, 5, 1, 1, 2, 2, 1",
        "5, 17, 7, 7, 9, 5, 5, 1, 1, 2, 2, 1",
        "17, 2, 6, 5, 8, 3, 3, 1, 1, 1, 1, 2",
        "2, 64, 5, 5, 31, 3, 3, 1, 1, 1, 1, 1"
    })
    void convolutionAndBothGradientsAgree(
            int n, int c, int h, int w, int o, int kh, int kw, int sy, int sx, int py, int px, int groups) {
        ConvGeometry g = new ConvGeometry(sy, sx, py, px, groups);
        Shape input = Shape.of(n, c, h, w);
        Shape weights = Shape.of(o, c / groups, kh, kw);
        Shape out = g.output(input, weights);
        new Comparison("conv2d")
                .normal(input.toArray())
                .normal(weights.toArray())
                .within(
                        (on, in) ->
                                scaled(on, on.conv2d(abs(on, in.get(0)), abs(on, in.get(1)), g), c / groups * kh * kw),
                        (on, in) -> List.of(on.conv2d(in.get(0), in.get(1), g)));
        new Comparison("conv2dInputGradient")
                .normal(out.toArray())
                .normal(weights.toArray())
                .within(
                        (on, in) -> scaled(
                                on,
                                on.conv2dInputGradient(abs(on, in.get(0)), abs(on, in.get(1)), input, g),
                                o / groups * kh * kw),
                        (on, in) -> List.of(on.conv2dInputGradient(in.get(0), in.get(1), input, g)));
        new Comparison("conv2dWeightGradient")
                .normal(input.toArray())
                .normal(out.toArray())
                .within(
                        (on, in) -> scaled(
                                on,
                                on.conv2dWeightGradient(abs(on, in.get(0)), abs(on, in.get(1)), weights, g),
                                n * out.dim(2) * out.dim(3)),
                        (on, in) -> List.of(on.conv2dWeightGradient(in.get(0), in.get(1), weights, g)));
    }

    @Test
    void oneTensorMayBeBothArgumentsOfAWeightGradientInDifferentShapes() {
        int[] kernels = {1, 2};
        int[] pads = {0, 1, 3};
        for (int kh : kernels) {
            for (int kw : kernels) {
                for (int padY : pads) {
                    for (int padX : pads) {
                        int area = (3 + 2 * padY - kh) * (3 + 2 * padX - kw);
                        if (16 % area == 0) {
                            weightGradientOfItself(kh, kw, new ConvGeometry(1, 1, padY, padX, 1), 16 / area);
                        }
                    }
                }
            }
        }
    }

    private static void weightGradientOfItself(int kh, int kw, ConvGeometry g, int outs) {
        Shape weights = Shape.of(outs, 4, kh, kw);
        Shape image = Shape.of(1, 4, 2, 2);
        Shape gy = g.output(image, weights);
        int terms = gy.dim(2) * gy.dim(3);
        new Comparison("weight gradient of itself")
                .normal(image.toArray())
                .within(
                        (on, in) -> {
                            Tensor x = abs(on, in.get(0));
                            return scaled(on, on.conv2dWeightGradient(x, on.reshape(x, gy), weights, g), terms);
                        },
                        (on, in) -> List.of(on.conv2dWeightGradient(in.get(0), on.reshape(in.get(0), gy), weights, g)));
    }
}
