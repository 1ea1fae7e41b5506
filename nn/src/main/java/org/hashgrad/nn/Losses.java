package org.hashgrad.nn;

import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;

/** The general losses. Each is a mean. */
public final class Losses {
    private Losses() {}

    /** −1/n Σ_i Σ_c t_ic log softmax(x_i)_c: logits x (n, c), targets t (n, c), rows of t usually sum to 1 → scalar. */
    public static Variable softmaxCrossEntropy(Variable logits, Variable targets) {
        requireEqual("softmaxCrossEntropy", "logits", logits, "targets", targets);
        Variable logProbabilities = logits.apply(new Fused(new LogSoftmax()));
        return logProbabilities.times(targets).sum().times(-1.0 / logits.shape().dim(0));
    }

    /** −1/n Σ_i log softmax(x_i)_{labels[i]}: logits x (n, c), labels (n) in [0, c) → scalar. */
    public static Variable softmaxCrossEntropy(Variable logits, IndexTensor labels) {
        Shape shape = logits.shape();
        if (shape.rank() != 2 || shape.dim(0) != labels.size()) {
            throw new ShapeException("softmaxCrossEntropy: logits are " + shape + ", got " + labels.size()
                    + " labels; need logits (n, c) and n labels");
        }
        int classes = shape.dim(1);
        double[] oneHot = new double[shape.size()];
        for (int i = 0; i < labels.size(); i++) {
            int label = labels.get(i);
            if (label < 0 || label >= classes) {
                throw new IndexOutOfBoundsException(
                        "softmaxCrossEntropy: labels[" + i + "] is " + label + ", need 0 <= label < " + classes);
            }
            oneHot[i * classes + label] = 1;
        }
        var pass = logits.pass();
        return softmaxCrossEntropy(logits, pass.constant(pass.backend().tensor(shape, oneHot)));
    }

    /** Mean of (x − t)² over all elements: x (…), t of the same shape → scalar. */
    public static Variable meanSquaredError(Variable x, Variable target) {
        requireEqual("meanSquaredError", "x", x, "target", target);
        return x.minus(target).square().mean();
    }

    private static void requireEqual(String operation, String first, Variable a, String second, Variable b) {
        if (!a.shape().equals(b.shape())) {
            throw new ShapeException(operation + ": " + first + " is " + a.shape() + ", " + second + " is " + b.shape()
                    + "; need equal shapes");
        }
    }
}
