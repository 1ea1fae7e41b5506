package org.hashgrad.autograd;

import java.util.List;
import org.hashgrad.autograd.op.Arithmetic;
import org.hashgrad.autograd.op.Convolution;
import org.hashgrad.autograd.op.Elementwise;
import org.hashgrad.autograd.op.Indexing;
import org.hashgrad.autograd.op.Linalg;
import org.hashgrad.autograd.op.Movement;
import org.hashgrad.autograd.op.Op;
import org.hashgrad.autograd.op.Pooling;
import org.hashgrad.autograd.op.Reduction;
import org.hashgrad.tensor.BinaryOp;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Primitives;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.UnaryOp;

/** The vocabulary on variables: each primitive is the op record that differentiates it. */
abstract class RecordedPrimitives implements Primitives<Variable> {
    abstract Variable apply(Op op, List<Variable> inputs);

    @Override
    public final Shape shape(Variable x) {
        return x.shape();
    }

    @Override
    public final Variable unary(UnaryOp op, Variable x) {
        return x.apply(
                switch (op) {
                    case NEG -> new Elementwise.Negate();
                    case ABS -> new Elementwise.Abs();
                    case SGN -> new Elementwise.Sgn();
                    case SQUARE -> new Elementwise.Square();
                    case SQRT -> new Elementwise.Sqrt();
                    case RECIPROCAL -> new Elementwise.Reciprocal();
                    case EXP -> new Elementwise.Exp();
                    case LOG -> new Elementwise.Log();
                    case TANH -> new Elementwise.Tanh();
                    case SIGMOID -> new Elementwise.Sigmoid();
                    case SOFTPLUS -> new Elementwise.Softplus();
                    case LOG_COSH -> new Elementwise.LogCosh();
                    case RELU -> new Elementwise.Relu();
                });
    }

    @Override
    public final Variable binary(BinaryOp op, Variable a, Variable b) {
        return a.apply(
                switch (op) {
                    case ADD -> new Arithmetic.Add();
                    case SUB -> new Arithmetic.Subtract();
                    case MUL -> new Arithmetic.Multiply();
                    case DIV -> new Arithmetic.Divide();
                    case MAX -> new Arithmetic.Maximum();
                    case MIN -> new Arithmetic.Minimum();
                    case GREATER -> new Arithmetic.Greater();
                    case EQUAL -> new Arithmetic.Equal();
                    case TANH_GRADIENT -> new Arithmetic.TanhGradient();
                    case SIGMOID_GRADIENT -> new Arithmetic.SigmoidGradient();
                    case RELU_GRADIENT -> new Arithmetic.ReluGradient();
                },
                b);
    }

    @Override
    public final Variable affine(Variable x, double scale, double shift) {
        return x.apply(new Arithmetic.Affine(scale, shift));
    }

    @Override
    public final Variable reduce(ReduceOp op, Variable x, int... axes) {
        return x.apply(
                switch (op) {
                    case SUM -> new Reduction.Sum(axes);
                    case MEAN -> new Reduction.Mean(axes);
                    case MAX -> new Reduction.Max(axes);
                });
    }

    @Override
    public final Variable reshape(Variable x, Shape shape) {
        return x.reshape(shape);
    }

    @Override
    public final Variable permute(Variable x, int... order) {
        return x.apply(new Movement.Permute(order));
    }

    @Override
    public final Variable broadcastTo(Variable x, Shape shape) {
        return x.apply(new Movement.BroadcastTo(shape));
    }

    @Override
    public final Variable slice(Variable x, int[] from, int[] to) {
        return x.apply(new Movement.Slice(from, to));
    }

    @Override
    public final Variable pad(Variable x, int[] before, int[] after) {
        return x.apply(new Movement.Pad(before, after));
    }

    @Override
    public final Variable concat(int axis, List<Variable> parts) {
        return apply(new Movement.Concat(axis), List.copyOf(parts));
    }

    @Override
    public final Variable gatherRows(Variable x, IndexTensor rows) {
        return x.apply(new Indexing.GatherRows(rows));
    }

    @Override
    public final Variable scatterAddRows(Variable x, IndexTensor rows, int rowCount) {
        return x.apply(new Indexing.ScatterAddRows(rows, rowCount));
    }

    @Override
    public final Variable matmul(Variable a, Variable b, boolean transposeA, boolean transposeB) {
        return a.apply(new Linalg.Matmul(transposeA, transposeB), b);
    }

    @Override
    public final Variable conv2d(Variable x, Variable w, ConvGeometry geometry) {
        return x.apply(new Convolution.Conv2d(geometry), w);
    }

    @Override
    public final Variable conv2dInputGradient(Variable gy, Variable w, Shape input, ConvGeometry geometry) {
        return gy.apply(new Convolution.InputGradient(input, geometry), w);
    }

    @Override
    public final Variable conv2dWeightGradient(Variable x, Variable gy, Shape weights, ConvGeometry geometry) {
        return x.apply(new Convolution.WeightGradient(weights, geometry), gy);
    }

    @Override
    public final Variable maxPool(Variable x, PoolGeometry geometry) {
        return x.apply(new Pooling.MaxPool(geometry));
    }

    @Override
    public final Variable maxPoolGradient(Variable x, Variable gy, PoolGeometry geometry) {
        return x.apply(new Pooling.MaxPoolGradient(geometry), gy);
    }

    @Override
    public final Variable maxPoolSelect(Variable x, Variable values, PoolGeometry geometry) {
        return x.apply(new Pooling.MaxPoolSelect(geometry), values);
    }

    @Override
    public final Variable averagePool(Variable x, PoolGeometry geometry) {
        return x.apply(new Pooling.AveragePool(geometry));
    }

    @Override
    public final Variable averagePoolGradient(Variable gy, Shape input, PoolGeometry geometry) {
        return gy.apply(new Pooling.AveragePoolGradient(input, geometry));
    }
}
