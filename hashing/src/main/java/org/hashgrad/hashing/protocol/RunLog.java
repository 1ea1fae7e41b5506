package org.hashgrad.hashing.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.TrainingListener;

/** Writes one line per epoch into a run's log, and lets another listener hear everything. */
class RunLog implements TrainingListener {
    private final RunFolder files;
    private final String stage;
    private final TrainingListener next;

    RunLog(RunFolder files, String stage, TrainingListener next) {
        this.files = files;
        this.stage = stage;
        this.next = next;
    }

    @Override
    public void turnBegins(int epoch, String player, int batches) {
        next.turnBegins(epoch, player, batches);
    }

    @Override
    public void batchDone(int epoch, int batch, int batches, double loss) {
        next.batchDone(epoch, batch, batches, loss);
    }

    @Override
    public void epochDone(EpochReport report) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", stage);
        line.put("epoch", report.epoch());
        line.put("loss", report.loss());
        line.put("rate", report.rate());
        line.put("bit_imbalance_mean", report.bits().meanImbalance());
        line.put("bit_imbalance_worst", report.bits().worstImbalance());
        line.put("bit_correlation_mean", report.bits().meanCorrelation());
        line.put("bit_correlation_worst", report.bits().worstCorrelation());
        line.putAll(report.figures());
        line.put("seconds", report.seconds());
        line.put("waited_seconds", report.waited());
        line.putAll(measured(report));
        files.log(line);
        next.epochDone(report);
    }

    /** What is measured after an epoch, for its line. */
    Map<String, ?> measured(EpochReport report) {
        return Map.of();
    }
}
