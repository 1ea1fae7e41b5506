package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.loss.CodeRegression;
import org.hashgrad.hashing.loss.Published;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.loss.Taxonomy;
import org.hashgrad.hashing.step.CnnhFactorization;
import org.hashgrad.nn.model.HashLayer;
import org.hashgrad.tensor.RandomKey;

/**
 * Convolutional Neural Network Hashing (CNNH; Xia, Pan, Lai, Liu, Yan, AAAI 2014) in its two stages: codes from the labels alone ({@link
 * CnnhFactorization}), before the first epoch, then a network with a tanh hash layer that regresses them ({@link CodeRegression}). The
 * objective of the first stage after every sweep is among the findings. Which loss the paper's network has is not known to us; with
 * {@code MEAN} it is swuxyj/DeepHash-pytorch's. That code takes the plain Newton step and undoes a whole sweep that climbed; here a step
 * that would climb is not taken. CNNH+, which predicts labels as well, is not here.
 *
 * @param sweeps over all entries of H: 10 in swuxyj/DeepHash-pytorch
 * @param target what the network regresses
 * @param reduction of its squared error
 */
@Published(
        paper = "Xia, Pan, Lai, Liu, Yan, AAAI 2014",
        equation = {"f(H) = ‖H Hᵀ − k S‖² = k² ‖S − H Hᵀ / k‖²,   S (n, n) in ±1"},
        place = {Taxonomy.DATA_DEPENDENT, Taxonomy.SUPERVISED, Taxonomy.PAIRWISE})
public record Cnnh(int sweeps, Target target, Reduction reduction) implements HashingMethod {
    /** Result of the first stage. */
    public enum Target {
        /** sgn H, the paper's. */
        SIGNS,
        /** H in [−1, 1] itself. */
        RELAXED
    }

    /** @throws IllegalArgumentException unless there is at least one sweep */
    public Cnnh {
        if (sweeps < 1) {
            throw new IllegalArgumentException("cnnh: sweeps is " + sweeps + "; need >= 1");
        }
    }

    /** Ten sweeps, signs, mean squared error. */
    public static Cnnh mean() {
        return new Cnnh(10, Target.SIGNS, Reduction.MEAN);
    }

    @Override
    public String name() {
        return "cnnh";
    }

    @Override
    public HashLayer head(int bits) {
        return HashLayer.tanh(bits);
    }

    @Override
    public MethodState begin(Training training) {
        RandomKey key = training.key("factorization");
        CnnhFactorization factorization = new CnnhFactorization(
                training.labels(),
                CnnhFactorization.uniformStart(training.count(), training.bits(), key.split("start")));
        List<Double> objectives = new ArrayList<>(List.of(factorization.objective()));
        for (int sweep = 0; sweep < sweeps; sweep++) {
            factorization.sweep(key.split("sweep").split(sweep));
            objectives.add(factorization.objective());
        }
        double[][] signs = factorization.codes();
        double[][] codes = target == Target.SIGNS ? signs : factorization.relaxed();
        CodeRegression regression = new CodeRegression(reduction);
        Map<String, Object> findings = new LinkedHashMap<>();
        findings.put("objective_after_sweeps", objectives);
        findings.put("objective_of_signs", new CnnhFactorization(training.labels(), signs).objective());
        return new MethodState() {
            @Override
            public Variable loss(Batch batch) {
                return regression.of(batch.relaxedCodes(), batch.rowsOf(codes));
            }

            @Override
            public Map<String, Map<String, ?>> findings() {
                return Map.of("cnnh-factorization.json", findings);
            }
        };
    }
}
