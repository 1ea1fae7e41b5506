package org.hashgrad.hashing.loss;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The losses of this package, in every form that differs in its mathematics: what the gradient check runs over. */
public final class ShippedLosses {
    /** A floor for checks: they draw codes beyond ±1, whose inner products come as near to k as they like, where differences fail. */
    private static final double AWAY_FROM_THE_POLE = 0.2;

    private ShippedLosses() {}

    /**
     * @param name as reports and commands write it
     * @param loss of one of the kinds
     */
    public record Named(String name, Loss loss) {}

    /** Every loss; a test compares the list with the package. */
    public static List<Named> all() {
        return List.of(
                new Named("PairwiseCrossEntropy", PairwiseCrossEntropy.paper()),
                new Named(
                        "PairwiseCrossEntropy.unordered",
                        new PairwiseCrossEntropy(
                                0.5,
                                1,
                                Double.POSITIVE_INFINITY,
                                PairConvention.UNORDERED,
                                Balance.DISSIMILAR_PER_SIMILAR,
                                Reduction.MEAN)),
                new Named("PairwiseSquared", PairwiseSquared.sum()),
                new Named(
                        "PairwiseSquared.balanced",
                        new PairwiseSquared(PairConvention.UNORDERED, Balance.DISSIMILAR_PER_SIMILAR, Reduction.MEAN)),
                new Named("Quantization", Quantization.paper()),
                new Named("Quantization.l1", new Quantization(Quantization.Distance.L1, Reduction.MEAN)),
                new Named("Quantization.squared", new Quantization(Quantization.Distance.SQUARED, Reduction.SUM)),
                new Named("DhnLoss", DhnLoss.paper(0.1)),
                new Named("DhnLoss.mean", DhnLoss.mean(0.1, Balance.NONE)),
                new Named("DhnLoss.balanced", DhnLoss.mean(0.1, Balance.DISSIMILAR_PER_SIMILAR)),
                new Named("DhnLoss.deepHashTensorflow", DhnLoss.deepHashTensorflow(0.1)),
                new Named("DhnLoss.caffeLayers", DhnLoss.caffeLayers(0.15, 48)),
                new Named("DhnLoss.deepHashPytorch", DhnLoss.deepHashPytorch()),
                new Named("DpshLoss", DpshLoss.paper(10)),
                new Named("DpshLoss.matlab", DpshLoss.matlab(10)),
                new Named("DpshLoss.pytorch", DpshLoss.pytorch(10)),
                new Named("DpshLoss.deepHashPytorch", DpshLoss.deepHashPytorch()),
                new Named(
                        "DpshLoss.balanced",
                        new DpshLoss(
                                0.1,
                                PairConvention.WITH_DIAGONAL,
                                Balance.DISSIMILAR_PER_SIMILAR,
                                false,
                                DpshLoss.Normalization.PER_TERM)),
                new Named("DtshLoss", DtshLoss.paper(100)),
                new Named("DtshLoss.matlab", DtshLoss.matlab(100)),
                new Named("DtshLoss.deepHashPytorch", DtshLoss.deepHashPytorch(48)),
                new Named("DtshLoss.mean", DtshLoss.mean(0.1)),
                new Named("HashNetLoss", HashNetLoss.paper()),
                new Named("HashNetLoss.mean", HashNetLoss.mean()),
                new Named("HashNetLoss.pytorch", HashNetLoss.pytorch(5)),
                new Named("HashNetLoss.deepHashPytorch", HashNetLoss.deepHashPytorch(48)),
                new Named("DphLoss", DphLoss.paper(0.1)),
                new Named("DphLoss.mean", DphLoss.mean(0.1)),
                new Named("DphLoss.caffeLayers", DphLoss.caffeLayers(48)),
                new Named("CauchyLoss", CauchyLoss.paper(0.1, 20)),
                new Named("CauchyLoss.mean", CauchyLoss.mean(0.1, 20)),
                new Named("CauchyLoss.deepHashTensorflow", CauchyLoss.deepHashTensorflow(0.1)),
                new Named("CauchyLoss.deepHashPytorch", CauchyLoss.deepHashPytorch()),
                new Named("DsdhLoss", DsdhLoss.paper(55)),
                new Named("DsdhLoss.matlab", DsdhLoss.matlab(55)),
                new Named("DsdhLoss.treezzz", DsdhLoss.treezzz(0.01)),
                new Named("AdshLoss", AdshLoss.paper(200)),
                new Named("AdshLoss.soft", new AdshLoss(200, 0.11, Reduction.MEAN)),
                new Named("DcmhLoss", DcmhLoss.paper()),
                new Named("DcmhLoss.mean", new DcmhLoss(1, 0.5, Balance.NONE, Reduction.MEAN)),
                new Named("DcmhLoss.balanced", new DcmhLoss(1, 0.5, Balance.DISSIMILAR_PER_SIMILAR, Reduction.SUM)),
                new Named("DdshLoss", DdshLoss.paper()),
                new Named("DdshLoss.soft", new DdshLoss(0.2, Reduction.MEAN)),
                new Named("CodeRegression", new CodeRegression(Reduction.SUM)),
                new Named("CodeRegression.mean", new CodeRegression(Reduction.MEAN)),
                new Named(
                        "CmchLoss",
                        new CmchLoss(
                                1,
                                10,
                                CauchyLoss.Distance.INNER,
                                AWAY_FROM_THE_POLE,
                                Balance.NONE,
                                DpshLoss.Normalization.SUM)),
                new Named("CmchLoss.cosine", CmchLoss.paper(1, 10, CauchyLoss.Distance.COSINE)),
                new Named(
                        "CmchLoss.euclidean",
                        new CmchLoss(
                                1,
                                10,
                                CauchyLoss.Distance.EUCLIDEAN,
                                1e-3,
                                Balance.NONE,
                                DpshLoss.Normalization.PER_TERM)),
                new Named(
                        "CmchLoss.balanced",
                        new CmchLoss(
                                1,
                                10,
                                CauchyLoss.Distance.INNER,
                                AWAY_FROM_THE_POLE,
                                Balance.ALL_PER_KIND,
                                DpshLoss.Normalization.PER_PAIR)),
                new Named(
                        "CmchLogisticLoss",
                        new CmchLogisticLoss(
                                1, CauchyLoss.Distance.INNER, Balance.NONE, DpshLoss.Normalization.PER_PAIR)),
                new Named(
                        "CmchLogisticLoss.cosine",
                        new CmchLogisticLoss(
                                1,
                                CauchyLoss.Distance.COSINE,
                                Balance.DISSIMILAR_PER_SIMILAR,
                                DpshLoss.Normalization.PER_TERM)),
                new Named("SquaredCrossEntropy", SquaredCrossEntropy.code()),
                new Named("SquaredCrossEntropy.mean", new SquaredCrossEntropy(0.5, 0.999, Reduction.MEAN)),
                new Named(
                        "CosineCrossEntropy",
                        new CosineCrossEntropy(16, PairConvention.ORDERED, Balance.NONE, Reduction.SUM)),
                new Named(
                        "CosineCrossEntropy.balanced",
                        new CosineCrossEntropy(
                                2, PairConvention.WITH_DIAGONAL, Balance.DISSIMILAR_PER_SIMILAR, Reduction.MEAN)),
                new Named("LabelRegression", new LabelRegression(Reduction.SUM)),
                new Named("LabelRegression.mean", new LabelRegression(Reduction.MEAN)),
                new Named(
                        "AdversaryLoss.leastSquares",
                        new AdversaryLoss(AdversaryLoss.Form.LEAST_SQUARES, Reduction.SUM)),
                new Named(
                        "AdversaryLoss.crossEntropy",
                        new AdversaryLoss(AdversaryLoss.Form.CROSS_ENTROPY, Reduction.MEAN)));
    }

    /** The loss of a name of {@link #all} or {@link #terms}, whatever the case of its letters. */
    public static Optional<Loss> named(String name) {
        return Stream.concat(all().stream(), terms().stream())
                .filter(each -> each.name().equalsIgnoreCase(name))
                .map(Named::loss)
                .findFirst();
    }

    /**
     * The terms that configurations weigh, {@code method.term}, as means: {@code {dhn.pairwise: 1, dhn.quantization: 0.1}} is the
     * default DHN loss.
     */
    public static List<Named> terms() {
        PairConvention ordered = PairConvention.ORDERED;
        double unclipped = Double.POSITIVE_INFINITY;
        return List.of(
                new Named(
                        "dhn.pairwise",
                        new PairwiseCrossEntropy(
                                1, 1, unclipped, ordered, Balance.DISSIMILAR_PER_SIMILAR, Reduction.MEAN)),
                new Named("dhn.squared", new PairwiseSquared(ordered, Balance.DISSIMILAR_PER_SIMILAR, Reduction.MEAN)),
                new Named("dhn.quantization", new Quantization(Quantization.Distance.LOG_COSH, Reduction.MEAN)),
                new Named(
                        "dpsh.pairwise",
                        new PairwiseCrossEntropy(
                                0.5, 1, unclipped, PairConvention.WITH_DIAGONAL, Balance.NONE, Reduction.MEAN)),
                new Named("dpsh.quantization", new Quantization(Quantization.Distance.SQUARED, Reduction.MEAN)));
    }
}
