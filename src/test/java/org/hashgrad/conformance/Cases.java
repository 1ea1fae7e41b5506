package org.hashgrad.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hashgrad.conformance.Case.Draw;
import org.hashgrad.conformance.Case.Input;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.UnaryOp;

/** The table of primitives that are not fused, at sizes around the edges of vectors, tiles and work-groups. */
final class Cases {
    /** Around the widths of vectors, tiles and work-groups. */
    private static final int[] EDGES = {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 255, 257};

    private final List<Case> all = new ArrayList<>();

    private Cases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>(withoutPadding());
        all.addAll(convolutions());
        return all;
    }

    /** All but the convolutions: no kernel may read a zero that the definition does not. */
    static List<Case> withoutPadding() {
        Cases cases = new Cases();
        cases.elementwise();
        cases.reductions();
        cases.movement();
        cases.rows();
        cases.products();
        cases.pools();
        return cases.all;
    }

    static List<Case> convolutions() {
        Cases cases = new Cases();
        cases.everyConvolution();
        return cases.all;
    }

    /** A case whose inputs are drawn by its name. */
    static Case of(String name, Formula formula, List<Draw> draws, int[]... extents) {
        RandomKey key = RandomKey.of(20160217).split(name);
        List<Input> inputs = new ArrayList<>();
        for (int i = 0; i < extents.length; i++) {
            inputs.add(draws.get(Math.min(i, draws.size() - 1)).of(key.split(i), extents[i]));
        }
        return new Case(name, inputs, formula);
    }

    private void add(String name, Formula formula, Draw draw, int[]... extents) {
        all.add(of(name, formula, List.of(draw), extents));
    }

    // ------------------------------------------------------------------ elementwise

    private void elementwise() {
        for (UnaryOp op : UnaryOp.values()) {
            Formula formula = (on, in) -> List.of(on.unary(op, in.get(0)));
            for (int n : EDGES) {
                add(op + " of (" + n + ")", formula, domain(op), new int[] {n});
            }
            add(op + " of a scalar", formula, domain(op), new int[0]);
            add(op + " of (3, 5, 7, 11)", formula, domain(op), new int[] {3, 5, 7, 11});
        }
        int[][][] broadcasts = {
            {{17}, {1}},
            {{}, {16}},
            {{4, 33}, {33}},
            {{4, 33}, {4, 1}},
            {{4, 1}, {1, 33}},
            {{2, 3, 5, 7}, {3, 1, 1}},
            {{2, 3, 5, 7}, {2, 1, 5, 1}},
            {{1, 3, 1, 7}, {2, 1, 5, 1}},
            {{65, 17}, {65, 17}}
        };
        for (BinaryOp op : BinaryOp.values()) {
            Formula formula = (on, in) -> List.of(on.binary(op, in.get(0), in.get(1)));
            Draw draw = domain(op);
            for (int n : EDGES) {
                add(op + " of (" + n + ")", formula, draw, new int[] {n}, new int[] {n});
            }
            for (int[][] shapes : broadcasts) {
                add(op + " of " + Shape.of(shapes[0]) + " and " + Shape.of(shapes[1]), formula, draw, shapes);
            }
        }
        for (int n : EDGES) {
            add("affine of (" + n + ")", (on, in) -> List.of(on.affine(in.get(0), -1.3, 0.7)), Draw.REAL, new int[] {n
            });
            add("fill of (" + n + ")", (on, in) -> List.of(on.fill(Shape.of(n), 0.1)), Draw.REAL);
        }
    }

    private static Draw domain(UnaryOp op) {
        return switch (op) {
            case SQRT, LOG -> Draw.POSITIVE;
            case RECIPROCAL -> Draw.NONZERO;
            case EXP, TANH, SIGMOID, SOFTPLUS, LOG_COSH -> Draw.WIDE;
            case NEG, ABS, SGN, SQUARE, RELU -> Draw.REAL;
        };
    }

    private static Draw domain(BinaryOp op) {
        return switch (op) {
            case DIV -> Draw.NONZERO;
            case MAX, MIN, GREATER, EQUAL, RELU_GRADIENT -> Draw.STEPS;
            case ADD, SUB, MUL, TANH_GRADIENT, SIGMOID_GRADIENT -> Draw.REAL;
        };
    }

    // ------------------------------------------------------------------ reductions

    private void reductions() {
        int[][] shapes = {{5, 7}, {300, 3}, {3, 300}, {2, 3, 4, 5}, {1, 4, 1, 6}, {7, 2, 33}};
        for (ReduceOp op : ReduceOp.values()) {
            for (int n : EDGES) {
                reduction(op, new int[] {n}, 0);
                reduction(op, new int[] {3, n}, 1);
                reduction(op, new int[] {n, 3}, 0);
            }
            for (int[] shape : shapes) {
                for (int set = 1; set < 1 << shape.length; set++) {
                    int chosen = set;
                    reduction(
                            op,
                            shape,
                            java.util.stream.IntStream.range(0, shape.length)
                                    .filter(axis -> (chosen >> axis & 1) == 1)
                                    .toArray());
                }
            }
        }
    }

    private void reduction(ReduceOp op, int[] shape, int... axes) {
        add(
                op + " of " + Shape.of(shape) + " over axes " + Arrays.toString(axes),
                (on, in) -> List.of(on.reduce(op, in.get(0), axes)),
                Draw.REAL,
                shape);
    }

    // ------------------------------------------------------------------ movement

    private void movement() {
        int[][] orders = {{0, 1, 2, 3}, {3, 2, 1, 0}, {0, 2, 3, 1}, {1, 0, 2, 3}, {0, 1, 3, 2}};
        for (int[] shape : new int[][] {{2, 3, 4, 5}, {1, 3, 1, 5}, {17, 7, 9, 16}}) {
            String of = " of " + Shape.of(shape);
            for (int[] order : orders) {
                add(
                        "permute" + of + " to " + Arrays.toString(order),
                        (on, in) -> List.of(on.permute(in.get(0), order)),
                        Draw.REAL,
                        shape);
            }
            int[] to = {shape[0], shape[1] - 1, shape[2], shape[3]};
            add("slice" + of, (on, in) -> List.of(on.slice(in.get(0), new int[] {0, 1, 0, 2}, to)), Draw.REAL, shape);
            add(
                    "pad" + of,
                    (on, in) -> List.of(on.pad(in.get(0), new int[] {1, 0, 2, 3}, new int[] {0, 1, 0, 2})),
                    Draw.REAL,
                    shape);
            for (int axis = 0; axis < 4; axis++) {
                int along = axis;
                int[] longer = shape.clone();
                longer[axis] += 3;
                add(
                        "concat along " + axis + of,
                        (on, in) -> List.of(on.concat(along, List.of(in.get(0), in.get(1), in.get(0)))),
                        Draw.REAL,
                        shape,
                        longer);
            }
        }
        for (int n : EDGES) {
            add("transpose of (" + n + ", 17)", (on, in) -> List.of(on.permute(in.get(0), 1, 0)), Draw.REAL, new int[] {
                n, 17
            });
        }
        add(
                "broadcast of (3, 1, 5)",
                (on, in) -> List.of(on.broadcastTo(in.get(0), Shape.of(2, 3, 4, 5))),
                Draw.REAL,
                new int[] {3, 1, 5});
        add(
                "broadcast of a scalar",
                (on, in) -> List.of(on.broadcastTo(in.get(0), Shape.of(9, 257))),
                Draw.REAL,
                new int[0]);
        add("reshape of (4, 6)", (on, in) -> List.of(on.reshape(in.get(0), Shape.of(3, 8))), Draw.REAL, new int[] {4, 6
        });
    }

    private void rows() {
        // Rows longer than what one thread takes at least.
        add(
                "long rows of (4, 9, 31, 33)",
                (on, in) -> List.of(on.gatherRows(in.get(0), IndexTensor.of(3, 1, 0, 2))),
                Draw.REAL,
                new int[] {4, 9, 31, 33});
        int[][] picks = {{2, 0, 2, 4, 2}, {4}, {0, 1, 2, 3, 4}, {3, 3, 3, 3, 3, 3, 3}};
        for (int[] pick : picks) {
            IndexTensor rows = IndexTensor.of(pick);
            for (int width : new int[] {1, 7, 16, 65}) {
                add(
                        "rows " + rows + " of (5, " + width + ")",
                        (on, in) -> List.of(on.gatherRows(in.get(0), rows)),
                        Draw.REAL,
                        new int[] {5, width});
                add(
                        "(" + pick.length + ", " + width + ") added to rows " + rows,
                        (on, in) -> List.of(on.scatterAddRows(in.get(0), rows, 6)),
                        Draw.REAL,
                        new int[] {pick.length, width});
            }
            add("rows " + rows + " of (5)", (on, in) -> List.of(on.gatherRows(in.get(0), rows)), Draw.REAL, new int[] {5
            });
            add(
                    "rows " + rows + " of (5, 3, 7)",
                    (on, in) -> List.of(on.gatherRows(in.get(0), rows)),
                    Draw.REAL,
                    new int[] {5, 3, 7});
        }
    }

    // ------------------------------------------------------------------ products

    private void products() {
        for (int edge : EDGES) {
            matmul(edge, 17, 9);
            matmul(9, edge, 17);
            matmul(17, 9, edge);
        }
        for (int edge : new int[] {1, 8, 16, 64, 65}) {
            matmul(edge, edge, edge);
        }
        matmul(64, 576, 48);
        matmul(1, 300, 1);
    }

    private void matmul(int m, int k, int n) {
        for (int form = 0; form < 4; form++) {
            boolean ta = (form & 1) == 1;
            boolean tb = (form & 2) == 2;
            int[] a = ta ? new int[] {k, m} : new int[] {m, k};
            int[] b = tb ? new int[] {n, k} : new int[] {k, n};
            add(
                    "matmul of " + Shape.of(a) + (ta ? " transposed" : "") + " and " + Shape.of(b)
                            + (tb ? " transposed" : ""),
                    (on, in) -> List.of(on.matmul(in.get(0), in.get(1), ta, tb)),
                    Draw.REAL,
                    a,
                    b);
        }
    }

    private void everyConvolution() {
        // geometry: stride y, x, padding y, x, groups; input N, C, H, W; output channels, kernel height, width
        int[][] table = {
            {1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1},
            {1, 1, 2, 2, 1, 2, 1, 14, 14, 32, 5, 5},
            {1, 1, 2, 2, 1, 2, 32, 7, 7, 64, 5, 5},
            {1, 1, 2, 2, 1, 3, 16, 4, 4, 17, 5, 5},
            {1, 1, 0, 0, 1, 2, 3, 5, 7, 4, 1, 1},
            {2, 2, 1, 1, 2, 2, 4, 7, 6, 6, 3, 3},
            {3, 2, 2, 0, 1, 2, 2, 9, 8, 3, 4, 3},
            {4, 4, 0, 0, 1, 1, 3, 19, 23, 8, 11, 11},
            {1, 1, 1, 1, 4, 2, 8, 5, 5, 8, 3, 3},
            {2, 1, 3, 1, 1, 1, 2, 6, 5, 9, 7, 2},
            {1, 1, 1, 1, 1, 1, 7, 9, 17, 15, 3, 3},
            {1, 1, 1, 1, 1, 9, 5, 3, 3, 65, 3, 3},
            {5, 5, 0, 0, 1, 2, 2, 9, 9, 2, 2, 2},
            {1, 1, 1, 1, 1, 3, 33, 17, 18, 35, 3, 3},
            {1, 1, 0, 2, 1, 6, 32, 14, 13, 64, 3, 3},
            {1, 1, 2, 2, 1, 4, 33, 12, 13, 35, 5, 5},
            {1, 1, 0, 3, 1, 3, 32, 20, 9, 64, 5, 5},
        };
        for (int[] r : table) {
            ConvGeometry geometry = new ConvGeometry(r[0], r[1], r[2], r[3], r[4]);
            int[] x = Arrays.copyOfRange(r, 5, 9);
            int[] w = {r[9], r[6] / r[4], r[10], r[11]};
            int[] y = geometry.output(Shape.of(x), Shape.of(w)).toArray();
            String of = " of " + Shape.of(x) + " by " + Shape.of(w) + ", stride " + r[0] + " " + r[1] + ", padding "
                    + r[2] + " " + r[3] + ", groups " + r[4];
            add("convolution" + of, (on, in) -> List.of(on.conv2d(in.get(0), in.get(1), geometry)), Draw.REAL, x, w);
            add(
                    "input gradient of convolution" + of,
                    (on, in) -> List.of(on.conv2dInputGradient(in.get(0), in.get(1), Shape.of(x), geometry)),
                    Draw.REAL,
                    y,
                    w);
            add(
                    "weight gradient of convolution" + of,
                    (on, in) -> List.of(on.conv2dWeightGradient(in.get(0), in.get(1), Shape.of(w), geometry)),
                    Draw.REAL,
                    x,
                    y);
        }
    }

    private void pools() {
        // kernel y, x, stride y, x, padding y, x, ceil; input N, C, H, W
        int[][] table = {
            {1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1},
            {2, 2, 2, 2, 0, 0, 0, 2, 3, 4, 4},
            {3, 3, 2, 2, 0, 0, 1, 2, 8, 14, 14},
            {3, 3, 2, 2, 0, 0, 1, 1, 17, 7, 7},
            {3, 3, 2, 2, 0, 0, 0, 2, 3, 13, 13},
            {3, 2, 2, 3, 1, 1, 0, 2, 3, 7, 6},
            {3, 3, 2, 2, 1, 1, 1, 2, 3, 7, 6},
            {3, 3, 1, 1, 1, 1, 0, 3, 5, 6, 9},
            {2, 3, 4, 4, 1, 1, 1, 2, 2, 5, 5},
            {3, 3, 2, 2, 0, 0, 1, 1, 2, 2, 2},
            {2, 2, 2, 2, 1, 1, 1, 1, 2, 7, 6},
            {2, 2, 2, 2, 0, 0, 0, 9, 33, 6, 6},
        };
        for (int[] r : table) {
            PoolGeometry geometry = new PoolGeometry(r[0], r[1], r[2], r[3], r[4], r[5], r[6] == 1);
            int[] x = Arrays.copyOfRange(r, 7, 11);
            int[] y = geometry.output(Shape.of(x)).toArray();
            String of = " of " + Shape.of(x) + ", " + geometry;
            List<Draw> tied = List.of(Draw.STEPS, Draw.REAL);
            all.add(of("max pool" + of, (on, in) -> List.of(on.maxPool(in.get(0), geometry)), tied, x));
            all.add(of(
                    "gradient of max pool with ties" + of,
                    (on, in) -> List.of(on.maxPoolGradient(in.get(0), in.get(1), geometry)),
                    tied,
                    x,
                    y));
            all.add(of(
                    "selection at the maxima" + of,
                    (on, in) -> List.of(on.maxPoolSelect(in.get(0), in.get(1), geometry)),
                    tied,
                    x,
                    x));
            add("average pool" + of, (on, in) -> List.of(on.averagePool(in.get(0), geometry)), Draw.REAL, x);
            add(
                    "gradient of average pool" + of,
                    (on, in) -> List.of(on.averagePoolGradient(in.get(0), Shape.of(x), geometry)),
                    Draw.REAL,
                    y);
        }
    }
}
