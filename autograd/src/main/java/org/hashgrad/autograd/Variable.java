package org.hashgrad.autograd;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.op.Arithmetic;
import org.hashgrad.autograd.op.Elementwise;
import org.hashgrad.autograd.op.Linalg;
import org.hashgrad.autograd.op.Movement;
import org.hashgrad.autograd.op.Op;
import org.hashgrad.autograd.op.Reduction;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in a {@link Pass}, with how it was made. The methods are what formulas need daily; everything else is
 * {@code x.apply(new SomeOp(…), others)}. Binary methods broadcast.
 */
public final class Variable {
    private final Pass pass;
    private final Tensor value;
    private final @Nullable Op op;
    private final List<Variable> inputs;
    private final boolean needsGradient;
    private final String layer;
    private int position = -1;

    Variable(Pass pass, Tensor value, @Nullable Op op, List<Variable> inputs, boolean needsGradient) {
        this.pass = pass;
        this.value = value;
        this.op = op;
        this.inputs = inputs;
        this.needsGradient = needsGradient;
        this.layer = pass.backend().layer();
    }

    public Pass pass() {
        return pass;
    }

    public Tensor value() {
        return value;
    }

    public Shape shape() {
        return value.shape();
    }

    /** Whether a parameter or differentiated input has a part in this value. */
    public boolean needsGradient() {
        return needsGradient;
    }

    /** The layer that made it, which its gradient belongs to. */
    String layer() {
        return layer;
    }

    @Nullable
    Op op() {
        return op;
    }

    List<Variable> inputs() {
        return inputs;
    }

    /** Index on the tape; −1 when not recorded. */
    int position() {
        return position;
    }

    void recordAt(int index) {
        position = index;
    }

    /** This value held constant: no gradient goes through it, to any order. */
    public Variable detached() {
        return pass.detached(this);
    }

    /** Applies an op to this variable and {@code others}. */
    public Variable apply(Op operation, Variable... others) {
        Variable[] all = new Variable[others.length + 1];
        all[0] = this;
        System.arraycopy(others, 0, all, 1, others.length);
        return pass.apply(operation, Arrays.asList(all));
    }

    public Variable plus(Variable b) {
        return apply(new Arithmetic.Add(), b);
    }

    public Variable plus(double b) {
        return apply(new Arithmetic.Affine(1, b));
    }

    public Variable minus(Variable b) {
        return apply(new Arithmetic.Subtract(), b);
    }

    /** Elementwise product. */
    public Variable times(Variable b) {
        return apply(new Arithmetic.Multiply(), b);
    }

    /** Elementwise product; this itself for 1. */
    public Variable times(double b) {
        return b == 1 ? this : apply(new Arithmetic.Affine(b, 0));
    }

    public Variable dividedBy(Variable b) {
        return apply(new Arithmetic.Divide(), b);
    }

    /** (m, k) · (k, n) → (m, n). */
    public Variable matmul(Variable b) {
        return apply(new Linalg.Matmul(false, false), b);
    }

    /** (m, k) · (n, k)ᵀ → (m, n): all inner products of rows. */
    public Variable matmulTransposed(Variable b) {
        return apply(new Linalg.Matmul(false, true), b);
    }

    /** (m, n) → (n, m). @throws ShapeException unless this is a matrix */
    public Variable transposed() {
        if (shape().rank() != 2) {
            throw new ShapeException("transposed: need a matrix, got " + shape());
        }
        return apply(new Movement.Permute(1, 0));
    }

    public Variable tanh() {
        return apply(new Elementwise.Tanh());
    }

    public Variable sigmoid() {
        return apply(new Elementwise.Sigmoid());
    }

    public Variable softplus() {
        return apply(new Elementwise.Softplus());
    }

    public Variable logCosh() {
        return apply(new Elementwise.LogCosh());
    }

    public Variable exp() {
        return apply(new Elementwise.Exp());
    }

    public Variable log() {
        return apply(new Elementwise.Log());
    }

    public Variable abs() {
        return apply(new Elementwise.Abs());
    }

    /** sgn with sgn(0) = +1; its derivative is 0. */
    public Variable sgn() {
        return apply(new Elementwise.Sgn());
    }

    public Variable relu() {
        return apply(new Elementwise.Relu());
    }

    public Variable square() {
        return apply(new Elementwise.Square());
    }

    /** Sum over {@code axes}, which stay with extent 1; without axes, over all, as a scalar. */
    public Variable sum(int... axes) {
        if (axes.length > 0) {
            return apply(new Reduction.Sum(axes));
        }
        return shape().rank() == 0 ? this : apply(new Reduction.Sum(allAxes())).reshape(Shape.scalar());
    }

    /** Mean over {@code axes}, which stay with extent 1; without axes, over all, as a scalar. */
    public Variable mean(int... axes) {
        if (axes.length > 0) {
            return apply(new Reduction.Mean(axes));
        }
        return shape().rank() == 0 ? this : apply(new Reduction.Mean(allAxes())).reshape(Shape.scalar());
    }

    private int[] allAxes() {
        int[] axes = new int[shape().rank()];
        Arrays.setAll(axes, axis -> axis);
        return axes;
    }

    public Variable reshape(Shape shape) {
        return shape.equals(shape()) ? this : apply(new Movement.Reshape(shape));
    }

    /** Undoes a broadcast: sums over the axes that were stretched or added, so that the result has {@code shape}. */
    public Variable sumTo(Shape shape) {
        Shape mine = shape();
        if (mine.equals(shape)) {
            return this;
        }
        int added = mine.rank() - shape.rank();
        int[] stretched = java.util.stream.IntStream.range(0, mine.rank())
                .filter(axis -> axis < added || (shape.dim(axis - added) == 1 && mine.dim(axis) != 1))
                .toArray();
        return (stretched.length == 0 ? this : sum(stretched)).reshape(shape);
    }

    @Override
    public String toString() {
        return (op == null ? "leaf" : op.getClass().getSimpleName()) + shape();
    }
}
