package org.hashgrad.hashing.metric;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * {@code CalcTopMap(rB, qB, retrievalL, queryL, topk)} of swuxyj/DeepHash-pytorch, {@code utils/tools.py}:
 * (1/#queries) Σ (1/h) Σ_{i≤N} P(i) rel(i), h the relevant among the first N, 0 without one.
 */
public record DeepHashPytorch() implements Convention {
    @Override
    public String name() {
        return "deephash-pytorch";
    }

    @Override
    public String source() {
        return "swuxyj/DeepHash-pytorch, utils/tools.py, CalcTopMap";
    }

    @Override
    public List<String> differences() {
        return List.of(
                "the list is cut at topk (NUS-WIDE, COCO 5000; ImageNet 1000) and AP divided by the hits above the cut",
                "topk = -1, its setting for CIFAR-10 and MIRFlickr, cuts off the last item: without N it is the list but one",
                "a query without a hit counts 0",
                "ties as numpy's unstable argsort leaves them; here in database order");
    }

    @Override
    public Map<String, Object> measure(Retrieval retrieval, OptionalInt topN) {
        int items = retrieval.database().count();
        int n = topN.isPresent() ? Convention.cut(topN, items) : items - 1;
        double sum = 0;
        for (int i = 0; i < retrieval.query().count(); i++) {
            double precision = Convention.averagePrecision(retrieval.ranked(i).relevant(), n);
            sum += Double.isNaN(precision) ? 0 : precision;
        }
        Map<String, Object> figures = Convention.figures();
        figures.put("mAP", sum / retrieval.query().count());
        return figures;
    }
}
