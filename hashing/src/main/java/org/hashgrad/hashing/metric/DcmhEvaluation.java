package org.hashgrad.hashing.metric;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * DCMH's code and its ports: {@code calc_map}, the mean over all queries of AP of the whole list; {@code topkMap} (MATLAB), the list cut at N and divided by
 * the hits above the cut; {@code calc_map_k} (PyTorch), the precision at the first min(N, R) relevant items, however far down they are.
 */
public record DcmhEvaluation() implements Convention {
    @Override
    public String name() {
        return "dcmh";
    }

    @Override
    public String source() {
        return "jiangqy/DCMH-CVPR2017 calc_map and topkMap; PyTorch ports of DCMH, calc_map_k";
    }

    @Override
    public List<String> differences() {
        return List.of(
                "mAP of the whole list; a query without relevant items counts 0",
                "mAP_topk cuts at N and divides by the hits above the cut; mAP_k cuts at the N-th relevant item instead",
                "ties in database order in MATLAB, as an unstable sort leaves them in numpy and PyTorch; here in database order");
    }

    @Override
    public Map<String, Object> measure(Retrieval retrieval, OptionalInt topN) {
        int items = retrieval.database().count();
        int n = Convention.cut(topN, items);
        double whole = 0;
        double top = 0;
        double first = 0;
        for (int i = 0; i < retrieval.query().count(); i++) {
            boolean[] relevant = retrieval.ranked(i).relevant();
            whole += AveragePrecisionAt.HITS.stable(relevant, items);
            top += AveragePrecisionAt.HITS.stable(relevant, n);
            first += AveragePrecisionAt.FIRST_RELEVANT.stable(relevant, n);
        }
        Map<String, Object> figures = Convention.figures();
        int queries = retrieval.query().count();
        figures.put("mAP", whole / queries);
        figures.put("mAP_topk", top / queries);
        figures.put("mAP_k", first / queries);
        return figures;
    }
}
