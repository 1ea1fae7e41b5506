package org.hashgrad.hashing.method;

import java.util.Map;
import java.util.function.Function;
import org.hashgrad.autograd.Variable;
import org.hashgrad.nn.model.HashNetwork;

/**
 * Two networks that learn by turns, each against the other's stored outputs of all training pairs, and then their common codes: the shape of
 * DCMH and of Cauchy cross-media hashing.
 * <pre>  repeat:  image network   one pass over the pairs, X at a batch from the network, the rest, Y and B as stored
 *           text network    likewise with X and Y exchanged
 *           B = sgn(X + Y)</pre>
 * X and Y begin as the networks' outputs before training.
 *
 * @param objective of a batch
 * @param before what is done to the networks before training, with what it found
 */
record TwoNetworks(
        HashNetwork image,
        HashNetwork text,
        OptimizerSettings ofImage,
        OptimizerSettings ofText,
        Objective objective,
        Function<CrossModalTraining, Map<String, Map<String, ?>>> before)
        implements CrossModalNetworks {
    /** What a network descends. */
    @FunctionalInterface
    interface Objective {
        /**
         * Of a batch.
         *
         * @param own outputs of the batch's network as stored, (n, bits)
         * @param other those of the other network
         * @param codes B
         * @return a scalar
         */
        Variable of(Batch batch, CodeMemory own, CodeMemory other, CodeMemory codes);
    }

    /** X, Y and B. */
    record State(Player images, Player texts, CodeMemory x, CodeMemory y, CodeMemory b, Objective objective)
            implements CrossModalState {
        @Override
        public void epoch(Alternation alternation) {
            alternation.train(images, batch -> lossOf(batch, x, y));
            alternation.train(texts, batch -> lossOf(batch, y, x));
            b.assignSigns(x, y);
        }

        private Variable lossOf(Batch batch, CodeMemory own, CodeMemory other) {
            batch.keep(batch.relaxedCodes(), own);
            return objective.of(batch, own, other, b);
        }
    }

    @Override
    public Map<String, Map<String, ?>> pretrain(CrossModalTraining training) {
        return before.apply(training);
    }

    @Override
    public State begin(CrossModalTraining training) {
        Player images = training.imagePlayer(image, ofImage);
        Player texts = training.textPlayer(text, ofText);
        CodeMemory x = training.outputsOf(images);
        CodeMemory y = training.outputsOf(texts);
        CodeMemory b = training.memory(training.bits());
        b.assignSigns(x, y);
        return new State(images, texts, x, y, b, objective);
    }
}
