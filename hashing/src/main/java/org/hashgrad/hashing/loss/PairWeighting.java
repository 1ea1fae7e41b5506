package org.hashgrad.hashing.loss;

import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Shape;

/**
 * The weight w_ij of every pair, (n, m): 0 for a pair that is left out, else the class balance, divided by the number of pairs
 * taken (not by the sum of weights) for {@link Reduction#MEAN}.
 */
public record PairWeighting(PairConvention convention, Balance balance, Reduction reduction) {
    /** Where weights go, row-major. */
    @FunctionalInterface
    private interface Target {
        void set(int at, double weight);
    }

    /** Row-major weights. @throws IllegalArgumentException when no pair is left */
    public double[] weights(Pairs pairs) {
        double[] weights = new double[pairs.rows() * pairs.columns()];
        write(pairs, (at, weight) -> weights[at] = weight);
        return weights;
    }

    /** What a similar and a dissimilar pair that counts weighs. */
    private record Kinds(double similar, double dissimilar) {}

    private Kinds kinds(Pairs pairs) {
        boolean every = convention == PairConvention.WITH_DIAGONAL;
        long all = every ? pairs.shape().size() : convention.count(pairs);
        if (all == 0) {
            throw new IllegalArgumentException("pairs: none left of " + pairs.shape() + " by convention " + convention
                    + "; need a batch of at least 2 samples");
        }
        double unit = reduction == Reduction.MEAN ? 1.0 / all : 1;
        if (balance == Balance.NONE) {
            return new Kinds(unit, unit);
        }
        long similar = every ? pairs.similarCount() : countSimilar(pairs);
        return new Kinds(unit * balance.weightOfSimilar(similar, all), unit * balance.weightOfDissimilar(similar, all));
    }

    private void write(Pairs pairs, Target to) {
        Kinds kinds = kinds(pairs);
        for (int i = 0; i < pairs.rows(); i++) {
            for (int j = 0; j < pairs.columns(); j++) {
                double weight = pairs.similar(i, j) ? kinds.similar : kinds.dissimilar;
                to.set(i * pairs.columns() + j, convention.includes(pairs, i, j) ? weight : 0);
            }
        }
    }

    private long countSimilar(Pairs pairs) {
        long similar = 0;
        for (int i = 0; i < pairs.rows(); i++) {
            for (int j = 0; j < pairs.columns(); j++) {
                similar += pairs.similar(i, j) && convention.includes(pairs, i, j) ? 1 : 0;
            }
        }
        return similar;
    }

    /**
     * The weights as a constant (n, m), or (1, 1) where every pair is taken and weighs the same; where every pair is taken, the backend makes them
     * of the similarity.
     */
    public Variable on(Pass pass, Pairs pairs) {
        if (convention != PairConvention.WITH_DIAGONAL) {
            return pass.constant(pass.backend().tensor(pairs.shape(), elements -> write(pairs, elements::set)));
        }
        Kinds kinds = kinds(pairs);
        return balance == Balance.NONE
                ? pass.constant(pass.backend().tensor(Shape.of(1, 1), kinds.dissimilar))
                : pairs.similarity(pass).times(kinds.similar - kinds.dissimilar).plus(kinds.dissimilar);
    }

    /** How often each row takes part in a pair, (n), with the normalisation of {@code reduction}, as a constant. */
    Variable rowShare(Pass pass, Pairs pairs) {
        return share(pass, pairs, true);
    }

    /** As {@link #rowShare} for the columns, (m). */
    Variable columnShare(Pass pass, Pairs pairs) {
        return share(pass, pairs, false);
    }

    private Variable share(Pass pass, Pairs pairs, boolean ofRows) {
        double[] unbalanced = new PairWeighting(convention, Balance.NONE, reduction).weights(pairs);
        double[] share = new double[ofRows ? pairs.rows() : pairs.columns()];
        for (int at = 0; at < unbalanced.length; at++) {
            share[ofRows ? at / pairs.columns() : at % pairs.columns()] += unbalanced[at];
        }
        return pass.constant(pass.backend().tensor(Shape.of(share.length), share));
    }
}
