package org.hashgrad.hashing.protocol;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.metric.RetrievalReport;

/**
 * What a run gave.
 *
 * @param folder where everything is
 * @param epochs how training went
 * @param reports figures by database, the headline's first
 * @param metrics as in {@code metrics.json}
 */
public record RunResult(
        Path folder, List<EpochReport> epochs, Map<String, RetrievalReport> reports, Map<String, Object> metrics) {}
