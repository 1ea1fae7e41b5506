package org.hashgrad.hashing.method;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Initializer;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.Losses;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.Sequential;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.nn.model.HashNetwork;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/**
 * The backbone of a hashing network trained as a classifier: softmax cross-entropy for one label each, the sum of logistic cross-entropies
 * for several. It stands in for pretraining on ImageNet where papers have that: its last hidden layer gives visual features, and hashing can
 * go on from its weights. The classes are those of the training samples, so nothing else is seen.
 */
public final class Classifier implements HashingMethod {
    private Classifier() {}

    /**
     * Trains the backbone in place; the hash layer is left as it is.
     *
     * @param optimizer makes one for the parameters it is given
     * @return features (n, d) of the samples after training, row-major
     */
    public static float[] pretrain(
            Backend backend,
            HashNetwork network,
            Samples samples,
            Function<List<Parameter>, Optimizer> optimizer,
            TrainingPlan plan,
            TrainingListener listener) {
        int features = network.hash().parameters().get(0).shape().dim(1);
        Blueprint at = Blueprint.of(backend, RandomKey.of(plan.seed()).split("classifier"));
        try (Linear classes = new Linear(
                at.at("classes"),
                features,
                samples.labels().classes(),
                Initializer.gaussian(0.01),
                Initializer.constant(0),
                Activation.IDENTITY)) {
            HashNetwork classifier = new HashNetwork(
                    new Sequential(Stream.concat(network.backbone().modules().stream(), Stream.<Module>of(classes))
                            .toList()));
            try (Optimizer update = optimizer.apply(classifier.parameters())) {
                new Trainer(backend, classifier, new Classifier(), update, plan).fit(samples, listener);
            }
        }
        return Training.outputs(backend, network.backbone(), samples);
    }

    @Override
    public String name() {
        return "classifier";
    }

    @Override
    public HashLayer head(int classes) {
        return HashLayer.linear(classes);
    }

    @Override
    public MethodState begin(Training training) {
        return batch -> crossEntropy(batch.relaxedCodes(), training.labels(), batch.rows());
    }

    private static Variable crossEntropy(Variable logits, Labels labels, int[] rows) {
        int classes = labels.classes();
        double[] indicators = new double[rows.length * classes];
        boolean several = false;
        for (int i = 0; i < rows.length; i++) {
            int carried = 0;
            for (int c = 0; c < classes; c++) {
                boolean has = labels.has(rows[i], c);
                indicators[i * classes + c] = has ? 1 : 0;
                carried += has ? 1 : 0;
            }
            several |= carried != 1;
        }
        Variable targets =
                logits.pass().constant(logits.pass().backend().tensor(Shape.of(rows.length, classes), indicators));
        return several
                ? logits.softplus().minus(targets.times(logits)).sum().times(1.0 / rows.length)
                : Losses.softmaxCrossEntropy(logits, targets);
    }
}
