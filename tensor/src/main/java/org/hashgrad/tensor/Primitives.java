package org.hashgrad.tensor;

import java.util.List;

/**
 * The closed vocabulary of operations, over whatever stands for a tensor: a {@link Backend} computes it on {@link Tensor}s, an
 * autograd pass records it on variables. A {@link FusedPrimitive}'s composite definition is written once against this interface and so
 * serves both as the value and, differentiated, as the derivative.
 *
 * @param <T> tensor or variable
 */
public interface Primitives<T> {
    Shape shape(T x);

    /** A tensor filled with {@code value}; carries no gradient. */
    T fill(Shape shape, double value);

    /** Elementwise: x (…) → (…). */
    T unary(UnaryOp op, T x);

    /** Elementwise with broadcasting: a (…), b (…) → broadcast shape. */
    T binary(BinaryOp op, T a, T b);

    /** scale · x + shift: x (…) → (…). */
    T affine(T x, double scale, double shift);

    /** Reduces over {@code axes}, at least one, each of which stays with extent 1. */
    T reduce(ReduceOp op, T x, int... axes);

    /** The same elements in another shape of equal size. */
    T reshape(T x, Shape shape);

    /** Axis i of the result is axis {@code order[i]} of x. */
    T permute(T x, int... order);

    /** Stretches extents of 1, and adds leading axes, to reach {@code shape}. */
    T broadcastTo(T x, Shape shape);

    /** Elements from (inclusive) to (exclusive) along every axis. */
    T slice(T x, int[] from, int[] to);

    /** Zeros added before and after along every axis. */
    T pad(T x, int[] before, int[] after);

    /** Joins along an axis; the other extents are equal. */
    T concat(int axis, List<T> parts);

    /** x (n, …), rows (m) → (m, …). */
    T gatherRows(T x, IndexTensor rows);

    /** x (m, …), rows (m) → (rowCount, …) where row r is the sum of the x_i with rows[i] = r, added in ascending i. */
    T scatterAddRows(T x, IndexTensor rows, int rowCount);

    /** op(a) · op(b) with optional transposition: (m, k), (k, n) → (m, n). */
    T matmul(T a, T b, boolean transposeA, boolean transposeB);

    /** See {@link ConvGeometry}: x (N, C, H, W), w (O, C/groups, KH, KW) → (N, O, OH, OW). */
    T conv2d(T x, T w, ConvGeometry geometry);

    /** The adjoint of {@link #conv2d} in x: gy (N, O, OH, OW), w → {@code input} = (N, C, H, W). */
    T conv2dInputGradient(T gy, T w, Shape input, ConvGeometry geometry);

    /** The adjoint of {@link #conv2d} in w: x, gy → {@code weights} = (O, C/groups, KH, KW). */
    T conv2dWeightGradient(T x, T gy, Shape weights, ConvGeometry geometry);

    /** Largest element of each window, (N, C, H, W) → {@link PoolGeometry#output}. */
    T maxPool(T x, PoolGeometry geometry);

    /** gy scattered to the first largest element (row-major order) of each window of x: x, gy (pooled) → shape of x. */
    T maxPoolGradient(T x, T gy, PoolGeometry geometry);

    /** The adjoint of {@link #maxPoolGradient} in gy: {@code values} (shape of x) read where x has its window maxima → pooled shape. */
    T maxPoolSelect(T x, T values, PoolGeometry geometry);

    /** Mean of each window, see {@link PoolGeometry} for the divisor. */
    T averagePool(T x, PoolGeometry geometry);

    /** The adjoint of {@link #averagePool}: gy (pooled) → {@code input} = (N, C, H, W). */
    T averagePoolGradient(T gy, Shape input, PoolGeometry geometry);

    /** All outputs of a fused primitive. */
    List<T> fused(FusedPrimitive primitive, List<T> inputs);

    default T add(T a, T b) {
        return binary(BinaryOp.ADD, a, b);
    }

    default T subtract(T a, T b) {
        return binary(BinaryOp.SUB, a, b);
    }

    default T multiply(T a, T b) {
        return binary(BinaryOp.MUL, a, b);
    }

    default T divide(T a, T b) {
        return binary(BinaryOp.DIV, a, b);
    }

    default T scale(T x, double factor) {
        return affine(x, factor, 0);
    }

    default T sum(T x, int... axes) {
        return reduce(ReduceOp.SUM, x, axes);
    }
}
