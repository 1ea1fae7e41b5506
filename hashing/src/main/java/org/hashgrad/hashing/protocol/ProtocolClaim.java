package org.hashgrad.hashing.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.metric.RetrievalMetrics;

/** The claim that codes are measured under a named protocol, compared with what is stored about them. */
public final class ProtocolClaim {
    /** Said of lists that nothing is stored about. */
    public static final String NOT_CHECKED = "not checked";

    private ProtocolClaim() {}

    /**
     * The record of codes from files.
     *
     * @param claim empty where nothing is claimed
     * @param digests by file what a code file says it was made under, see {@link TrainedRun#protocol}; empty where it says nothing, as {@code .npy} files do
     * @param relabelled whether labels are of other files than the codes, so that the lists are not known to be those that were recorded
     * @return empty without a claim and where the files don't agree
     * @throws DataException when rule or lists differ from what is claimed, or the numbers of items from what is claimed or recorded
     */
    public static Map<String, Object> ofFiles(
            Optional<Protocol> claim, Map<String, String> digests, boolean relabelled, int queries, int database) {
        if (claim.isEmpty()) {
            String first = digests.values().iterator().next();
            if (first.isEmpty() || !digests.values().stream().allMatch(first::equals)) {
                return Map.of();
            }
            Optional<Protocol> named = named(rule(first));
            named.ifPresent(protocol -> protocol.requireCounts(queries, database));
            return relabelled ? unchecked(named, rule(first)) : agreed(named, first);
        }
        Protocol claimed = claim.get();
        claimed.requireCounts(queries, database);
        String known = claimed.knownLists();
        String whose = "its lists are";
        boolean all = true;
        for (Map.Entry<String, String> file : digests.entrySet()) {
            String digest = file.getValue();
            if (digest.isEmpty()) {
                all = false;
                continue;
            }
            if (!rule(digest).equals(claimed.ruleHash())) {
                throw differs(claimed, "rule is " + claimed.ruleHash(), file.getKey(), rule(digest));
            }
            if (!known.isEmpty() && !lists(digest).equals(known)) {
                throw differs(claimed, whose + " " + known, file.getKey(), lists(digest));
            }
            known = lists(digest);
            whose = file.getKey() + " has lists";
        }
        return all && !relabelled ? agreed(Optional.of(claimed), claimed.ruleHash() + known) : unchecked(claimed);
    }

    /** The same settings with the N of a record's mAP@N. */
    public static RetrievalMetrics settings(Map<String, Object> record, RetrievalMetrics metrics) {
        return new MeasuredUnder(record, List.of()).settings(metrics);
    }

    /** Figures with a record and the figure that it cuts at N. */
    public static Map<String, Object> with(Map<String, Object> record, Map<String, Object> figures) {
        return new MeasuredUnder(record, List.of()).with(figures);
    }

    /** The record of a claim that could be compared by numbers only. */
    static Map<String, Object> unchecked(Protocol claimed) {
        return unchecked(Optional.of(claimed), claimed.ruleHash());
    }

    private static Map<String, Object> unchecked(Optional<Protocol> protocol, String rule) {
        Map<String, Object> map = ruled(protocol, rule);
        map.put(ProtocolRecord.LISTS, NOT_CHECKED);
        return map;
    }

    private static Map<String, Object> agreed(Optional<Protocol> protocol, String digest) {
        Map<String, Object> map = ruled(protocol, rule(digest));
        map.put(ProtocolRecord.LISTS_HASH, lists(digest));
        return map;
    }

    private static Map<String, Object> ruled(Optional<Protocol> protocol, String rule) {
        Map<String, Object> map =
                new LinkedHashMap<>(protocol.map(Protocol::toMap).orElse(Map.of()));
        map.put(ProtocolRecord.RULE_HASH, rule);
        return map;
    }

    private static Optional<Protocol> named(String rule) {
        return Protocol.all().stream()
                .filter(protocol -> protocol.ruleHash().equals(rule))
                .findFirst();
    }

    private static DataException differs(Protocol claimed, String expected, String file, String found) {
        return new DataException("protocol " + claimed.name() + ": " + expected + ", but " + file + " was made under "
                + found + named(found).map(protocol -> ", " + protocol.name()).orElse(""));
    }

    private static String rule(String digest) {
        return digest.substring(0, Protocol.DIGITS);
    }

    private static String lists(String digest) {
        return digest.substring(Protocol.DIGITS);
    }
}
