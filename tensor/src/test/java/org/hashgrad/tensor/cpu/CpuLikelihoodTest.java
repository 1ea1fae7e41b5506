package org.hashgrad.tensor.cpu;

import static org.hashgrad.tensor.Precision.F32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.Tolerances;
import org.hashgrad.tensor.TripletLogistic;
import org.hashgrad.tensor.UnaryOp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The likelihoods of pairs and triplets against their composite in F64; sizes around tiles, blocks and slices. */
class CpuLikelihoodTest {
    private static final int ULPS = Kernels.ULPS;

    private static Comparison.Program fused(FusedPrimitive primitive) {
        return (on, in) -> on.fused(primitive, in);
    }

    private static Tensor abs(Backend on, Tensor x) {
        return on.unary(UnaryOp.ABS, x);
    }

    /** 1 at every {@code period}-th place, else 0. */
    private static float[] every(int period, int count) {
        float[] labels = new float[count];
        for (int i = 0; i < count; i += period) {
            labels[i] = 1;
        }
        return labels;
    }

    /** κ Σ_b |u_ib||v_jb|. */
    private static Tensor sizes(Backend on, List<Tensor> in, double kappa) {
        return on.scale(on.matmul(abs(on, in.get(0)), abs(on, in.get(1)), false, true), kappa);
    }

    /** The first {@code outputs} of r v and rᵀ u, and of the same sums of all magnitudes γ of their terms. */
    private static List<Tensor> products(Backend on, List<Tensor> in, Tensor error, Tensor magnitude, int outputs) {
        Tensor u = abs(on, in.get(0));
        Tensor v = abs(on, in.get(1));
        int n = u.shape().dim(0);
        int m = v.shape().dim(0);
        List<Tensor> bounds = new ArrayList<>();
        bounds.add(on.add(
                on.matmul(error, v, false, false),
                on.scale(on.matmul(magnitude, v, false, false), Tolerances.dot(F32, m))));
        bounds.add(on.add(
                on.matmul(error, u, true, false),
                on.scale(on.matmul(magnitude, u, true, false), Tolerances.dot(F32, n))));
        return bounds.subList(0, outputs);
    }

    private static Comparison pairs(int n, int m, int k, boolean uniform) {
        Comparison pairs = new Comparison("pairs").normal(n, k).normal(m, k).input(Shape.of(n, m), every(3, n * m));
        return uniform ? pairs.input(Shape.of(1, 1), 0.3f) : pairs.normal(n, m);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "2, 3, 1",
        "5, 4, 48",
        "33, 31, 9",
        "64, 65, 16",
        "31, 129, 33",
        "32, 128, 32",
        "70, 300, 48",
        "3, 5000, 5"
    })
    void pairwiseLogisticAgrees(int n, int m, int k) {
        double kappa = 0.5;
        FusedPrimitive primitive = new PairwiseLogistic(kappa);
        int inner = k + 3;
        for (boolean uniform : new boolean[] {false, true}) {
            pairs(n, m, k, uniform)
                    .within(
                            (on, in) -> {
                                // softplus and sθ move by at most 2|δθ|; softplus itself is below 1 + |θ|
                                Tensor each = on.affine(
                                        sizes(on, in, kappa),
                                        2 * Tolerances.dot(F32, inner) + Tolerances.elementwise(F32, ULPS + 13),
                                        Tolerances.elementwise(F32, ULPS + 13));
                                Tensor rows = on.sum(on.multiply(abs(on, in.get(3)), each), 1);
                                return List.of(on.reshape(rows, Shape.of(n)));
                            },
                            fused(primitive));
            for (int outputs = 1; outputs <= 2; outputs++) {
                int wanted = outputs;
                pairs(n, m, k, uniform)
                        .normal(n)
                        .normal(n)
                        .within(
                                (on, in) -> {
                                    // |σ′| <= 1/4, |σ − s| <= 1
                                    Tensor error = on.affine(
                                            sizes(on, in, kappa),
                                            Tolerances.dot(F32, inner) / 4,
                                            Tolerances.elementwise(F32, ULPS + 4));
                                    Tensor weight = on.multiply(
                                            on.broadcastTo(abs(on, in.get(3)), Shape.of(n, m)),
                                            on.scale(on.reshape(abs(on, in.get(5)), Shape.of(n, 1)), kappa));
                                    return products(on, in, on.multiply(weight, error), weight, wanted);
                                },
                                fused(primitive.gradient(outputs).orElseThrow()));
            }
        }
    }

    /** Batches that differ in one input each: forward all, then the gradients in the other order, each with the y of each. */
    @Test
    void aGradientHasTheSameBitsWithTheYThatKeptItAndWithThatOfOtherInputs() {
        pairs(40, 300, 33, false).normal(40).exact((on, in) -> {
            List<List<Tensor>> batches = new ArrayList<>(List.of(in.subList(0, 4)));
            for (int changed = 0; changed < 4; changed++) {
                List<Tensor> batch = new ArrayList<>(in.subList(0, 4));
                batch.set(changed, on.affine(in.get(changed), -0.5, 1));
                batches.add(batch);
            }
            List<Tensor> y = batches.stream()
                    .map(batch -> on.fused(new PairwiseLogistic(0.5), batch).get(0))
                    .toList();
            List<Tensor> differences = new ArrayList<>();
            for (int i = batches.size() - 1; i >= 0; i--) {
                for (double kappa : new double[] {0.5, 0.25}) {
                    Tensor anew = gradient(on, kappa, batches.get(i), in.get(4), in.get(4));
                    for (Tensor kept : y) {
                        Tensor g = gradient(on, kappa, batches.get(i), kept, in.get(4));
                        differences.add(on.subtract(g, anew));
                    }
                }
            }
            return differences;
        });
    }

    private static Tensor gradient(Backend on, double kappa, List<Tensor> in, Tensor y, Tensor gy) {
        List<Tensor> given = new ArrayList<>(in);
        given.addAll(List.of(y, gy));
        return on.fused(new PairwiseLogistic.Gradient(kappa, 1), given).get(0);
    }

    private static Comparison triplets(int n, int m, int k) {
        return new Comparison("triplets")
                .normal(n, k)
                .normal(m, k)
                .input(Shape.of(n, m), every(3, n * m))
                .input(Shape.of(n, m), every(2, n * m));
    }

    /** What each triplet adds to an error, where it is taken: {@code slope} (|margin| + |θ_p| + |θ_q|) + {@code shift}, (n, m, m). */
    private static Tensor grid(Backend on, List<Tensor> in, TripletLogistic of, double slope, double shift) {
        Tensor sizes = sizes(on, in, of.kappa());
        int n = sizes.shape().dim(0);
        int m = sizes.shape().dim(1);
        Tensor each = on.add(on.reshape(sizes, Shape.of(n, m, 1)), on.reshape(sizes, Shape.of(n, 1, m)));
        Tensor positive = on.multiply(in.get(2), in.get(3));
        Tensor negative = on.subtract(in.get(3), positive);
        Tensor taken = on.multiply(on.reshape(positive, Shape.of(n, m, 1)), on.reshape(negative, Shape.of(n, 1, m)));
        return on.multiply(on.affine(each, slope, slope * Math.abs(of.margin()) + shift), taken);
    }

    /** Σ_p and Σ_q of a grid, added, (n, m). */
    private static Tensor perColumn(Backend on, Tensor grid, List<Tensor> in, double kappa) {
        Shape pairs = in.get(2).shape();
        Tensor sums = on.add(on.reshape(on.sum(grid, 1), pairs), on.reshape(on.sum(grid, 2), pairs));
        return on.multiply(sums, on.scale(on.reshape(abs(on, in.get(5)), Shape.of(pairs.dim(0), 1)), kappa));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 7, 1", "5, 40, 48", "33, 31, 9", "3, 200, 16", "1, 2100, 3"})
    void tripletLogisticAgrees(int n, int m, int k) {
        TripletLogistic primitive = new TripletLogistic(0.5, 1.5);
        // θ is a dot product scaled and rounded, t adds two of them
        double perSize = Tolerances.dot(F32, k + 6);
        triplets(n, m, k)
                .within(
                        (on, in) -> {
                            // softplus(t) is below 1 + |t|; 132 is the order of the grid's sums
                            double own = Tolerances.elementwise(F32, ULPS) + Tolerances.gamma(F32, 132);
                            return List.of(
                                    on.reshape(on.sum(grid(on, in, primitive, perSize + own, own), 1, 2), Shape.of(n)));
                        },
                        fused(primitive));
        for (int outputs = 1; outputs <= 2; outputs++) {
            int wanted = outputs;
            triplets(n, m, k)
                    .normal(n)
                    .normal(n)
                    .within(
                            (on, in) -> {
                                double own = Tolerances.elementwise(F32, ULPS + 4) + Tolerances.sum(F32, m);
                                Tensor error = perColumn(on, grid(on, in, primitive, perSize / 4, own), in, 0.5);
                                Tensor magnitude = perColumn(on, grid(on, in, primitive, 0, 1), in, 0.5);
                                return products(on, in, error, magnitude, wanted);
                            },
                            fused(primitive.gradient(outputs).orElseThrow()));
        }
    }

    /** Two codes, opposite and as long as it takes for |θ| = 1000; the loss is |t| or 0 there, the slopes 1 or 0. */
    @Test
    void bothAreExactFarOut() {
        for (boolean simd : new boolean[] {false, true}) {
            try (CpuBackend on = simd ? Comparison.vector(1) : Comparison.scalar(1);
                    Scope scope = on.openScope()) {
                Tensor u = on.tensor(Shape.of(1, 1), 10);
                Tensor v = on.tensor(Shape.of(2, 1), 100, -100);
                Tensor drawn = on.tensor(Shape.of(1, 2), 1, 1);
                Tensor gy = on.tensor(Shape.of(1), 1);
                for (boolean right : new boolean[] {true, false}) {
                    Tensor s = on.tensor(Shape.of(1, 2), right ? 1 : 0, right ? 0 : 1);
                    List<Tensor> in = List.of(u, v, s, drawn);
                    double[] loss =
                            on.fused(new TripletLogistic(1, 5), in).get(0).toDoubles();
                    assertArrayEquals(new double[] {right ? 0 : 2005}, loss);
                    List<Tensor> with = List.of(u, v, s, drawn, gy, gy);
                    List<Tensor> gradients = on.fused(new TripletLogistic.Gradient(1, 5, 2), with);
                    assertArrayEquals(
                            new double[] {right ? 0 : 200}, gradients.get(0).toDoubles());
                    assertArrayEquals(
                            right ? new double[] {0, 0} : new double[] {10, -10},
                            gradients.get(1).toDoubles());
                    double[] pairs =
                            on.fused(new PairwiseLogistic(1), in).get(0).toDoubles();
                    assertArrayEquals(new double[] {right ? 0 : 2000}, pairs);
                }
                assertEquals(1, scope.keep(gy).shape().size());
            }
        }
    }
}
