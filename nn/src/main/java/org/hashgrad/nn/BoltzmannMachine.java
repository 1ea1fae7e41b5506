package org.hashgrad.nn;

import java.util.Arrays;
import java.util.List;
import org.hashgrad.autograd.Buffer;
import org.hashgrad.autograd.Slot;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.ReduceOp;
import org.hashgrad.tensor.Scope;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.hashgrad.tensor.UnaryOp;

/**
 * A restricted Boltzmann machine over a layer, which gives it weights and biases that model the layer's inputs (Hinton, Neural Computation 14(8),
 * 2002: contrastive divergence; Hinton, Salakhutdinov, Science 313, 2006: as the start of a deep network).
 * <pre>  E(v, h) = −aᵀv − bᵀh − hᵀ W v,   P(h = 1 | v) = σ(W v + b),   P(v = 1 | h) = σ(Wᵀ h + a),   v, h of 0 and 1
 *   ∂/∂W log P(v) = ⟨h vᵀ⟩ of the data − ⟨h vᵀ⟩ of the model;   of a and b: ⟨v⟩ and ⟨h⟩ likewise
 *   one step (CD-1):  h₀ = σ(W v₀ + b),  s ~ Bernoulli(h₀),  v₁ = σ(Wᵀ s + a),  h₁ = σ(W v₁ + b)
 *                     W += rate · (h₀ v₀ᵀ − h₁ v₁ᵀ) / n, with momentum and weight decay;   a and b likewise, without decay </pre>
 * W (hidden, visible) and b (hidden) are the layer's; a (visible) and the momenta are the machine's own.
 */
public final class BoltzmannMachine implements AutoCloseable {
    private static final double SPREAD = 0.01;

    private final Backend backend;
    private final Slot weight;
    private final Slot hiddenBias;
    private final Buffer visibleBias;
    private final List<Buffer> momenta;

    /**
     * The machine of a layer as it is, with a = 0.
     *
     * @throws IllegalArgumentException for a layer without bias
     */
    public BoltzmannMachine(Linear layer) {
        List<Slot> slots = layer.slots();
        if (slots.size() != 2) {
            throw new IllegalArgumentException(
                    "boltzmann machine: the layer " + layer.path() + " has no bias; need weight and bias");
        }
        weight = slots.get(0);
        hiddenBias = slots.get(1);
        backend = weight.backend();
        Shape visible = Shape.of(weight.shape().dim(1));
        List<Buffer> own = Blueprint.blank(backend)
                .build(at -> List.of(
                        zeros(at, "visible", visible),
                        zeros(at, "momentum." + weight.name(), weight.shape()),
                        zeros(at, "momentum." + hiddenBias.name(), hiddenBias.shape()),
                        zeros(at, "momentum.visible", visible)));
        visibleBias = own.get(0);
        momenta = own.subList(1, own.size());
    }

    private static Buffer zeros(Blueprint at, String name, Shape shape) {
        return at.buffer(name, shape, Initializer.constant(0));
    }

    /** a; belongs to the machine. */
    public Slot visibleBias() {
        return visibleBias;
    }

    /**
     * The usual start: W normal with deviation 0.01, b = 0, a = log(p / (1 − p)) of the means p of the visible units, at least 1/n from 0 and 1.
     *
     * @param rows v (n, visible), row-major
     */
    public void initialise(float[] rows, RandomKey key) {
        int visible = visibleBias.shape().size();
        int n = rows.length / visible;
        double[] mean = new double[visible];
        for (int at = 0; at < rows.length; at++) {
            mean[at % visible] += rows[at] / (double) n;
        }
        double[] bias = new double[visible];
        Arrays.setAll(bias, i -> {
            double p = Math.min(Math.max(mean[i], 1.0 / n), 1 - 1.0 / n);
            return n < 2 ? 0 : Math.log(p / (1 - p));
        });
        visibleBias.assign(bias);
        double[] weights = new double[weight.shape().size()];
        Arrays.setAll(weights, i -> (float) (SPREAD * key.gaussian(i)));
        weight.assign(weights);
        hiddenBias.assign(new double[hiddenBias.shape().size()]);
    }

    /** P(h = 1 | v): v (n, visible) → (n, hidden), in the innermost scope. */
    public Tensor hidden(Tensor v) {
        return layer(v, weight, true, hiddenBias);
    }

    /** P(v = 1 | h): h (n, hidden) → (n, visible), in the innermost scope. */
    public Tensor visible(Tensor h) {
        return layer(h, weight, false, visibleBias);
    }

    private Tensor layer(Tensor x, Slot w, boolean transposed, Slot bias) {
        Tensor product = backend.matmul(x, w.value(), false, transposed);
        return backend.unary(UnaryOp.SIGMOID, backend.add(product, bias.value()));
    }

    /** Draws 0 and 1 with these probabilities; element i by the key's i-th number, on every backend the same. */
    Tensor sampled(Tensor probabilities, RandomKey key) {
        Tensor uniform = backend.tensor(probabilities.shape(), elements -> {
            for (int i = 0; i < probabilities.shape().size(); i++) {
                elements.set(i, key.uniform(i));
            }
        });
        return backend.affine(backend.unary(UnaryOp.SGN, backend.subtract(uniform, probabilities)), -0.5, 0.5);
    }

    /**
     * One step of contrastive divergence on v (n, visible), values in [0, 1].
     *
     * @param key of the hidden units drawn
     * @return the mean of (v₀ − v₁)², which falls as the machine learns but is not what it descends
     */
    public double step(Tensor v, double rate, double momentum, double weightDecay, RandomKey key) {
        Scope scope = backend.openScope();
        try {
            int n = v.shape().dim(0);
            Tensor h0 = hidden(v);
            Tensor v1 = visible(sampled(h0, key));
            Tensor h1 = hidden(v1);
            Tensor ofWeight = difference(backend.matmul(h1, v1, true, false), backend.matmul(h0, v, true, false), n);
            move(0, weight, ofWeight, new OptimizerUpdate.Sgd(rate, momentum, weightDecay, false));
            OptimizerUpdate plain = new OptimizerUpdate.Sgd(rate, momentum, 0, false);
            move(1, hiddenBias, difference(sum(h1), sum(h0), n), plain);
            move(2, visibleBias, difference(sum(v1), sum(v), n), plain);
            Tensor error = backend.unary(UnaryOp.SQUARE, backend.subtract(v, v1));
            return backend.reduce(ReduceOp.SUM, error, 0, 1).item() / v.shape().size();
        } finally {
            scope.close();
        }
    }

    /** What is descended: (model − data) / n. */
    private Tensor difference(Tensor model, Tensor data, int n) {
        return backend.affine(backend.subtract(model, data), 1.0 / n, 0);
    }

    /** Over rows. */
    private Tensor sum(Tensor x) {
        return backend.reshape(
                backend.reduce(ReduceOp.SUM, x, 0), Shape.of(x.shape().dim(1)));
    }

    private void move(int at, Slot slot, Tensor gradient, OptimizerUpdate update) {
        List<Tensor> moved = backend.fused(
                update, List.of(slot.value(), gradient, momenta.get(at).value()));
        slot.assign(moved.get(0));
        momenta.get(at).assign(moved.get(1));
    }

    /** Frees what is its own; the layer stays. */
    @Override
    public void close() {
        visibleBias.close();
        momenta.forEach(Slot::close);
    }
}
