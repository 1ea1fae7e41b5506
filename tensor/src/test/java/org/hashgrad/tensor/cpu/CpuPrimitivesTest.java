package org.hashgrad.tensor.cpu;

import static org.hashgrad.tensor.Precision.F32;

import java.util.List;
import java.util.stream.IntStream;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.UnaryOp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Elementwise primitives, reductions, movement and pooling against the reference. */
class CpuPrimitivesTest {
    private static final float[] SPECIAL = {
        0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1, -1, Float.MIN_VALUE, 100, -100, 0.5f
    };

    private static Tensor abs(Backend on, Tensor x) {
        return on.unary(UnaryOp.ABS, x);
    }

    // ------------------------------------------------------------------ elementwise

    @ParameterizedTest
    @EnumSource
    void unaryFunctionsAgree(UnaryOp op) {
        double bound = Tolerances.elementwise(F32, Kernels.ULPS);
        for (int n : new int[] {1, 2, 15, 16, 17, 511, 513, 20_000}) {
            new Comparison("unary")
                    .normalTimes(3, n)
                    .within(
                            (on, in) -> List.of(on.affine(
                                    abs(on, on.unary(op, in.get(0))), bound, op == UnaryOp.LOG_COSH ? bound : 0)),
                            (on, in) -> List.of(on.unary(op, in.get(0))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void unaryFunctionsKeepSpecialValues(UnaryOp op) {
        double bound = Tolerances.elementwise(F32, Kernels.ULPS);
        Comparison.Program result = (on, in) -> List.of(on.unary(op, in.get(0)));
        new Comparison("special")
                .input(Shape.of(SPECIAL.length), SPECIAL)
                .within((on, in) -> List.of(on.affine(abs(on, on.unary(op, in.get(0))), bound, bound)), result);
    }

    private static final int[][][] BROADCASTS = {
        {{1}, {1}},
        {{17}, {17}},
        {{33}, {1}},
        {{}, {16}},
        {{4, 33}, {33}},
        {{4, 33}, {4, 1}},
        {{4, 1}, {1, 33}},
        {{2, 3, 5, 7}, {3, 1, 1}},
        {{2, 3, 5, 7}, {2, 1, 5, 1}},
        {{1, 3, 1, 7}, {2, 1, 5, 1}},
        {{300, 70}, {300, 70}},
        {{300, 70}, {70}},
        {{2, 3, 1, 1}, {2, 3, 40, 41}}
    };

    @ParameterizedTest
    @EnumSource
    void binaryFunctionsAgreeForEveryBroadcast(BinaryOp op) {
        for (int[][] shapes : BROADCASTS) {
            Comparison comparison = new Comparison("binary").normal(shapes[0]).normal(shapes[1]);
            Comparison.Program program = (on, in) -> List.of(on.binary(op, in.get(0), in.get(1)));
            switch (op) {
                case TANH_GRADIENT, SIGMOID_GRADIENT ->
                    comparison.within(
                            (on, in) -> {
                                Tensor a = abs(on, in.get(0));
                                Tensor b = abs(on, in.get(1));
                                Tensor size = on.affine(on.unary(UnaryOp.SQUARE, b), 1, 1);
                                return List.of(on.scale(on.multiply(a, on.add(size, b)), Tolerances.gamma(F32, 4)));
                            },
                            program);
                default -> comparison.exact(program);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void binaryFunctionsKeepSpecialValues(BinaryOp op) {
        int n = SPECIAL.length;
        Comparison comparison =
                new Comparison("special").input(Shape.of(n, 1), SPECIAL).input(Shape.of(n), SPECIAL);
        comparison.within(
                (on, in) -> {
                    Tensor y = on.binary(op, in.get(0), in.get(1));
                    return List.of(on.scale(abs(on, y), Tolerances.gamma(F32, 4)));
                },
                (on, in) -> List.of(on.binary(op, in.get(0), in.get(1))));
    }

    @Test
    void affineAndFillAgree() {
        for (int n : new int[] {1, 15, 16, 17, 20_000}) {
            new Comparison("affine")
                    .normal(n)
                    .within(
                            (on, in) -> List.of(on.affine(
                                    abs(on, in.get(0)),
                                    Tolerances.gamma(F32, 3) * 1.3,
                                    Tolerances.gamma(F32, 2) * 0.7)),
                            (on, in) -> List.of(on.affine(in.get(0), 1.3, -0.7)));
            new Comparison("fill").exact((on, in) -> List.of(on.fill(Shape.of(n), 0.1)));
        }
    }

    // ------------------------------------------------------------------ reductions

    @ParameterizedTest
    @EnumSource
    void reductionsAgreeOverEverySetOfOneOrMoreAxes(ReduceOp op) {
        int[][] shapes = {
            {1}, {70_000}, {5, 7}, {300, 3}, {3, 300}, {2, 3, 4, 5}, {1, 4, 1, 6}, {7, 2, 33}, {40, 5, 60}, {9, 700}
        };
        for (int[] extents : shapes) {
            for (int set = 1; set < 1 << extents.length; set++) {
                int chosen = set;
                int[] axes = IntStream.range(0, extents.length)
                        .filter(axis -> (chosen >> axis & 1) == 1)
                        .toArray();
                int count = IntStream.of(axes).map(axis -> extents[axis]).reduce(1, (a, b) -> a * b);
                // one rounding to float of a double sum
                double bound =
                        Tolerances.chain(F32.unitRoundoff(), Tolerances.sum(org.hashgrad.tensor.Precision.F64, count));
                new Comparison("reduce")
                        .normal(extents)
                        .within(
                                (on, in) -> List.of(on.scale(
                                        on.reduce(op, abs(on, in.get(0)), axes), op == ReduceOp.MAX ? 0 : bound)),
                                (on, in) -> List.of(on.reduce(op, in.get(0), axes)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void reductionsKeepANotANumber(ReduceOp op) {
        for (int axis = 0; axis < 2; axis++) {
            int along = axis;
            float[] values = new float[5 * 9];
            values[3 * 9 + 4] = Float.NaN;
            new Comparison("nan")
                    .input(Shape.of(5, 9), values)
                    .exact((on, in) -> List.of(on.reduce(op, in.get(0), along)));
            new Comparison("nan")
                    .input(Shape.of(5, 9), values)
                    .exact((on, in) -> List.of(on.reduce(op, in.get(0), 0, 1)));
        }
    }

    // ------------------------------------------------------------------ movement

    @Test
    void movementAgreesToTheBit() {
        int[][] orders = {{0, 1, 2, 3}, {3, 2, 1, 0}, {0, 2, 3, 1}, {1, 0, 2, 3}, {0, 1, 3, 2}};
        for (int[] shape : new int[][] {{2, 3, 4, 5}, {1, 3, 1, 5}, {33, 7, 9, 17}}) {
            for (int[] order : orders) {
                new Comparison("permute").normal(shape).exact((on, in) -> List.of(on.permute(in.get(0), order)));
            }
            int[] to = {shape[0], shape[1] - 1, shape[2], shape[3]};
            new Comparison("slice")
                    .normal(shape)
                    .exact((on, in) -> List.of(on.slice(in.get(0), new int[] {0, 1, 0, 2}, to)));
            new Comparison("pad")
                    .normal(shape)
                    .exact((on, in) -> List.of(on.pad(in.get(0), new int[] {1, 0, 2, 3}, new int[] {0, 1, 0, 2})));
            for (int axis = 0; axis < 4; axis++) {
                int along = axis;
                new Comparison("concat")
                        .normal(shape)
                        .normal(shape)
                        .exact((on, in) -> List.of(on.concat(along, List.of(in.get(0), in.get(1), in.get(0)))));
            }
        }
        new Comparison("broadcast")
                .normal(3, 1, 5)
                .exact((on, in) -> List.of(on.broadcastTo(in.get(0), Shape.of(2, 3, 4, 5))));
        new Comparison("broadcast").normal().exact((on, in) -> List.of(on.broadcastTo(in.get(0), Shape.of(9, 2000))));
        new Comparison("reshape").normal(4, 6).exact((on, in) -> List.of(on.reshape(in.get(0), Shape.of(3, 8))));
    }

    @Test
    void rowsAreGatheredAndAddedBackInAscendingOrder() {
        IndexTensor rows = IndexTensor.of(2, 0, 2, 4, 2);
        new Comparison("gather").normal(5, 3, 7).exact((on, in) -> List.of(on.gatherRows(in.get(0), rows)));
        new Comparison("gather of long rows")
                .normal(5, 9, 31, 33)
                .exact((on, in) -> List.of(on.gatherRows(in.get(0), rows)));
        new Comparison("gather").normal(5).exact((on, in) -> List.of(on.gatherRows(in.get(0), rows)));
        new Comparison("scatter")
                .normal(5, 33)
                .within(
                        (on, in) -> List.of(
                                on.scale(on.scatterAddRows(abs(on, in.get(0)), rows, 6), Tolerances.sum(F32, 3))),
                        (on, in) -> List.of(on.scatterAddRows(in.get(0), rows, 6)));
    }

    // ------------------------------------------------------------------ pooling

    @ParameterizedTest
    @CsvSource({
        // N, C, H, W, kernelY, kernelX, strideY, strideX, padY, padX, ceil
        "1, 1, 1, 1, 1, 1, 1, 1, 0, 0, false",
        "2, 3, 4, 4, 2, 2, 2, 2, 0, 0, false",
        "2, 3, 5, 5, 2, 2, 2, 2, 0, 0, true",
        "2, 3, 7, 6, 3, 2, 2, 3, 1, 1, false",
        "2, 3, 7, 6, 3, 3, 2, 2, 1, 1, true",
        "1, 2, 13, 13, 3, 3, 2, 2, 0, 0, false",
        "3, 5, 6, 9, 3, 3, 1, 1, 1, 1, false",
        "2, 2, 5, 5, 2, 3, 4, 4, 1, 1, true",
        "1, 2, 2, 2, 3, 3, 2, 2, 0, 0, true",
        "64, 33, 6, 6, 2, 2, 2, 2, 0, 0, false"
    })
    void poolingAgrees(int n, int c, int h, int w, int ky, int kx, int sy, int sx, int py, int px, boolean ceil) {
        PoolGeometry g = new PoolGeometry(ky, kx, sy, sx, py, px, ceil);
        Shape in = Shape.of(n, c, h, w);
        int[] shape = in.toArray();
        int[] out = g.output(in).toArray();
        // few distinct values, so that windows have ties and the first maximum matters
        float[] tied = new float[in.size()];
        for (int i = 0; i < tied.length; i++) {
            tied[i] = (i * 7919 % 5) - 2;
        }
        tied[in.size() / 2] = Float.NaN;
        new Comparison("maxPool").input(in, tied).exact((on, at) -> List.of(on.maxPool(at.get(0), g)));
        new Comparison("select")
                .input(in, tied)
                .normal(shape)
                .exact((on, at) -> List.of(on.maxPoolSelect(at.get(0), at.get(1), g)));
        int overlap = ((ky - 1) / sy + 1) * ((kx - 1) / sx + 1);
        new Comparison("maxPoolGradient")
                .input(in, tied)
                .normal(out)
                .within(
                        (on, at) -> List.of(on.scale(
                                on.maxPoolGradient(at.get(0), abs(on, at.get(1)), g), Tolerances.sum(F32, overlap))),
                        (on, at) -> List.of(on.maxPoolGradient(at.get(0), at.get(1), g)));
        new Comparison("averagePool")
                .normal(shape)
                .within(
                        (on, at) -> List.of(
                                on.scale(on.averagePool(abs(on, at.get(0)), g), Tolerances.gamma(F32, ky * kx + 1))),
                        (on, at) -> List.of(on.averagePool(at.get(0), g)));
        new Comparison("averagePoolGradient")
                .normal(out)
                .within(
                        (on, at) -> List.of(on.scale(
                                on.averagePoolGradient(abs(on, at.get(0)), in, g), Tolerances.gamma(F32, overlap + 1))),
                        (on, at) -> List.of(on.averagePoolGradient(at.get(0), in, g)));
    }
}
