package org.hashgrad.hashing.step;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Linear algebra on small dense matrices, {@code double[][]} by rows, all of at least one row and one column. Arguments are never
 * changed; results are new.
 *
 * <p>On the {@link #host()} everything is in double precision. An instance made {@link #on} a backend moves products of at least
 * {@link #LARGE} multiplications there: where the backend is F32, those come back with its precision, about 1e-7 of Σ|a_ik b_kj| times
 * the square root of the inner size, which discrete steps (signs) forgive and golden values do not. Decompositions always run on the
 * host, with Commons Math.
 */
public final class LinearAlgebra {
    /** Multiplications m k n from which a product is worth the transfer to a backend. */
    public static final long LARGE = 1L << 24;

    /** Doubles of the right factor kept in cache while a product passes over the rows of the left one: 128 KiB. */
    private static final int BLOCK = 1 << 14;

    /** Largest |a_ij − a_ji| of a symmetric matrix, relative to its largest element: above what a product in F32 leaves. */
    private static final double ASYMMETRY = 1e-5;

    private static final LinearAlgebra HOST = new LinearAlgebra(null);

    private final @Nullable Backend backend;

    private LinearAlgebra(@Nullable Backend backend) {
        this.backend = backend;
    }

    /** Double precision on the host. */
    public static LinearAlgebra host() {
        return HOST;
    }

    /** Large products on {@code backend}, which stays the caller's and on its thread. */
    public static LinearAlgebra on(Backend backend) {
        return new LinearAlgebra(backend);
    }

    // ------------------------------------------------------------------ products

    /** a b: (m, k), (k, n) → (m, n). */
    public double[][] multiply(double[][] a, double[][] b) {
        requireEqual("multiply", "a.cols", columns("a", a), "b.rows", b.length, a, b);
        columns("b", b);
        return product(a, false, b, false);
    }

    /** aᵀ b: (k, m), (k, n) → (m, n). */
    public double[][] transposeMultiply(double[][] a, double[][] b) {
        columns("a", a);
        columns("b", b);
        requireEqual("transposeMultiply", "a.rows", a.length, "b.rows", b.length, a, b);
        return product(a, true, b, false);
    }

    /** a bᵀ: (m, k), (n, k) → (m, n). */
    public double[][] multiplyTranspose(double[][] a, double[][] b) {
        requireEqual("multiplyTranspose", "a.cols", columns("a", a), "b.cols", columns("b", b), a, b);
        return product(a, false, b, true);
    }

    /** The Gram matrix aᵀ a of the columns of a: (n, k) → (k, k), symmetric to the last bit on the host. */
    public double[][] gram(double[][] a) {
        return transposeMultiply(a, a);
    }

    /** aᵀ: (m, n) → (n, m). */
    public static double[][] transpose(double[][] a) {
        double[][] transposed = new double[columns("a", a)][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                transposed[j][i] = a[i][j];
            }
        }
        return transposed;
    }

    /** a + λI: (k, k) → (k, k). */
    public static double[][] plusDiagonal(double[][] a, double lambda) {
        requireSquare("plusDiagonal", a);
        double[][] sum = new double[a.length][];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i].clone();
            sum[i][i] += lambda;
        }
        return sum;
    }

    private double[][] product(double[][] a, boolean transposeA, double[][] b, boolean transposeB) {
        int m = transposeA ? a[0].length : a.length;
        int k = transposeA ? a.length : a[0].length;
        int n = transposeB ? b.length : b[0].length;
        if (backend != null && (double) m * k * n >= LARGE) {
            return onBackend(backend, a, transposeA, b, transposeB);
        }
        return onHost(transposeA ? transpose(a) : a, transposeB ? transpose(b) : b);
    }

    /** Each element is added up in ascending order of the inner index, whatever the blocks. */
    private static double[][] onHost(double[][] a, double[][] b) {
        int n = b[0].length;
        int block = Math.max(1, BLOCK / n);
        double[][] c = new double[a.length][n];
        for (int from = 0; from < b.length; from += block) {
            int to = Math.min(b.length, from + block);
            for (int i = 0; i < a.length; i++) {
                for (int k = from; k < to; k++) {
                    Rows.addScaled(c[i], a[i][k], b[k]);
                }
            }
        }
        return c;
    }

    private static double[][] onBackend(
            Backend backend, double[][] a, boolean transposeA, double[][] b, boolean transposeB) {
        Scope scope = backend.openScope();
        try {
            Tensor c = backend.matmul(upload(backend, a), upload(backend, b), transposeA, transposeB);
            double[] flat = c.toDoubles();
            int n = c.shape().dim(1);
            double[][] rows = new double[c.shape().dim(0)][];
            Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * n, (i + 1) * n));
            return rows;
        } finally {
            scope.close();
        }
    }

    private static Tensor upload(Backend backend, double[][] a) {
        int n = a[0].length;
        double[] flat = new double[Math.multiplyExact(a.length, n)];
        for (int i = 0; i < a.length; i++) {
            System.arraycopy(a[i], 0, flat, i * n, n);
        }
        return backend.tensor(Shape.of(a.length, n), flat);
    }

    // ------------------------------------------------------------------ solutions

    /**
     * x of a x = b by Cholesky: a (k, k) symmetric positive definite, b (k, n) → (k, n).
     *
     * @throws IllegalArgumentException when a is not symmetric or, within rounding, not positive definite
     */
    public double[][] solve(double[][] a, double[][] b) {
        requireSquare("solve", a);
        columns("b", b);
        requireEqual("solve", "a.rows", a.length, "b.rows", b.length, a, b);
        double[][] symmetric = symmetrized("solve", a);
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i][i]));
        }
        double smallestPivot = a.length * Math.ulp(largest);
        try {
            return new CholeskyDecomposition(matrix(symmetric), ASYMMETRY, smallestPivot)
                    .getSolver()
                    .solve(matrix(b))
                    .getData();
        } catch (NonPositiveDefiniteMatrixException e) {
            throw new IllegalArgumentException(
                    "solve: a " + shape(a) + " is not positive definite: pivot " + e.getRow() + " is " + e.getArgument()
                            + "; need more than " + smallestPivot,
                    e);
        }
    }

    /**
     * The ridge regression argmin_W ‖y − x W‖² + λ‖W‖² = (xᵀx + λI)⁻¹ xᵀ y: x (n, d), y (n, k) → (d, k).
     *
     * @throws IllegalArgumentException when λ is too small for the rank of x
     */
    public double[][] ridge(double[][] x, double[][] y, double lambda) {
        columns("x", x);
        columns("y", y);
        requireEqual("ridge", "x.rows", x.length, "y.rows", y.length, x, y);
        return solve(plusDiagonal(gram(x), lambda), transposeMultiply(x, y));
    }

    // ------------------------------------------------------------------ decompositions

    /**
     * a = V diag(values) Vᵀ.
     *
     * @param values descending
     * @param vectors V (k, k), eigenvectors in columns; the first element of largest modulus of each is positive
     */
    public record SymmetricEigen(double[] values, double[][] vectors) {}

    /**
     * a (k, k) symmetric.
     *
     * @throws IllegalArgumentException when a is not symmetric
     */
    public SymmetricEigen symmetricEigen(double[][] a) {
        requireSquare("symmetricEigen", a);
        EigenDecomposition eigen = new EigenDecomposition(matrix(symmetrized("symmetricEigen", a)));
        double[] values = eigen.getRealEigenvalues();
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (i, j) -> Double.compare(values[j], values[i]));
        double[] sorted = new double[values.length];
        double[][] vectors = new double[values.length][values.length];
        for (int e = 0; e < values.length; e++) {
            sorted[e] = values[order[e]];
            double[] vector = eigen.getEigenvector(order[e]).toArray();
            double sign = signOfLargest(vector);
            for (int i = 0; i < vector.length; i++) {
                vectors[i][e] = sign * vector[i];
            }
        }
        return new SymmetricEigen(sorted, vectors);
    }

    private static double signOfLargest(double[] vector) {
        double largest = 0;
        for (double v : vector) {
            if (Math.abs(v) > Math.abs(largest)) {
                largest = v;
            }
        }
        return Signs.of(largest);
    }

    /**
     * a = U diag(values) Vᵀ with a (m, n).
     *
     * @param u (m, min(m, n))
     * @param values descending
     * @param v (n, min(m, n))
     */
    public record SingularValues(double[][] u, double[] values, double[][] v) {}

    /** a (m, n), any shape and rank. */
    public SingularValues singularValues(double[][] a) {
        columns("a", a);
        SingularValueDecomposition svd = new SingularValueDecomposition(matrix(a));
        return new SingularValues(
                svd.getU().getData(), svd.getSingularValues(), svd.getV().getData());
    }

    /** The Moore–Penrose inverse: a (m, n), any rank → (n, m). Singular values below max(m, n) u σ₁ count as zero. */
    public double[][] pseudoInverse(double[][] a) {
        SingularValues svd = singularValues(a);
        double smallest = Math.max(a.length, a[0].length) * Math.ulp(svd.values()[0]);
        double[][] scaled = new double[a[0].length][svd.values().length];
        for (int i = 0; i < scaled.length; i++) {
            for (int r = 0; r < scaled[i].length; r++) {
                scaled[i][r] = svd.values()[r] > smallest ? svd.v()[i][r] / svd.values()[r] : 0;
            }
        }
        return multiplyTranspose(scaled, svd.u());
    }

    // ------------------------------------------------------------------ arguments

    private static RealMatrix matrix(double[][] a) {
        return new Array2DRowRealMatrix(a, false);
    }

    private static double[][] symmetrized(String operation, double[][] a) {
        double largest = 0;
        for (double[] row : a) {
            for (double value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        double[][] mean = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j <= i; j++) {
                if (!(Math.abs(a[i][j] - a[j][i]) <= ASYMMETRY * largest)) {
                    throw new IllegalArgumentException(operation + ": a " + shape(a) + " is not symmetric: a[" + i
                            + "][" + j + "] is " + a[i][j] + ", a[" + j + "][" + i + "] is " + a[j][i]);
                }
                mean[i][j] = 0.5 * (a[i][j] + a[j][i]);
                mean[j][i] = mean[i][j];
            }
        }
        return mean;
    }

    /** The columns of a matrix whose rows are equally long. */
    private static int columns(String name, double[][] a) {
        if (a.length == 0 || a[0].length == 0) {
            throw new IllegalArgumentException("matrix " + name + " is empty; need at least one row and one column");
        }
        for (int i = 1; i < a.length; i++) {
            if (a[i].length != a[0].length) {
                throw new IllegalArgumentException("matrix " + name + ": row " + i + " has " + a[i].length
                        + " columns, row 0 has " + a[0].length + "; need equally many");
            }
        }
        return a[0].length;
    }

    private static void requireSquare(String operation, double[][] a) {
        if (columns("a", a) != a.length) {
            throw new IllegalArgumentException(operation + ": a is " + shape(a) + "; need as many columns as rows");
        }
    }

    private static void requireEqual(
            String operation, String left, int ofLeft, String right, int ofRight, double[][] a, double[][] b) {
        if (ofLeft != ofRight) {
            throw new IllegalArgumentException(operation + ": sizes differ: the left matrix is " + shape(a)
                    + ", the right one is " + shape(b) + "; need " + left + " = " + right + ", got " + ofLeft + " and "
                    + ofRight);
        }
    }

    private static String shape(double[][] a) {
        return "(" + a.length + ", " + (a.length == 0 ? 0 : a[0].length) + ")";
    }
}
