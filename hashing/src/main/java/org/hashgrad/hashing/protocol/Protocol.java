package org.hashgrad.hashing.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.metric.AveragePrecisionAt;

/**
 * What a figure is a figure of: data, split, relevance, cut and ties, under a name and a version. Two figures compare when the hashes of their rules and
 * of their lists are equal, see {@link ProtocolRecord}.
 *
 * @param name such as {@code cifar10/59k}
 * @param version raised whenever the rule changes
 * @param data the data set, in words
 * @param reached the key {@code data} of what it divides, without {@code ?protocol=}
 * @param rule how it is divided
 * @param counts numbers that must come out
 * @param cut the N of mAP@N and its meaning; none for the whole database
 * @param allowed what parts may have in common
 * @param knownLists hash of the lists where they are known beforehand, else empty
 * @param note whose setting it is, and what is known to differ elsewhere
 */
public record Protocol(
        String name,
        int version,
        String data,
        String reached,
        SplitRule rule,
        Counts counts,
        Optional<Cut> cut,
        Overlap.Allowed allowed,
        String knownLists,
        String note) {

    /** An item is relevant to a query when they share a label; the only rule so far. */
    public static final String RELEVANCE = "share at least one label";

    /** The order of equal distances in the headline figure. */
    public static final String TIES = "mean over all orders";

    /** Digits of a hash: half a SHA-256. */
    static final int DIGITS = 32;

    /** Numbers of items and of labels; 0 where any number is right. */
    public record Counts(int query, int training, int database, int classes) {}

    /** mAP@N in one of its meanings. */
    public record Cut(int topN, AveragePrecisionAt meaning) {}

    /**
     * The lists of this protocol, their numbers checked.
     *
     * @param parts rows that the data's own files name, see {@link SplitRule}
     * @throws DataException when the rule can't be followed or other numbers come out
     */
    public SplitRule.Lists split(Labels labels, Map<String, int[]> parts, long seed) {
        require("labels", labels.classes(), counts.classes());
        SplitRule.Lists lists = rule.split(labels, parts, seed);
        requireParts(labels.classes(), lists.query().length, lists.training().length, lists.database().length);
        return lists;
    }

    /** Checks all numbers. @throws DataException when they are not this protocol's */
    void requireParts(int labels, int query, int training, int database) {
        require("labels", labels, counts.classes());
        require("queries", query, counts.query());
        require("training items", training, counts.training());
        require("database items", database, counts.database());
    }

    private void require(String what, int found, int expected) {
        if (expected != 0 && found != expected) {
            throw new DataException("protocol " + name + ": expected " + expected + " " + what + ", found " + found);
        }
    }

    /**
     * Checks the numbers of queries and database items that a figure is measured on.
     *
     * @throws DataException when they are not this protocol's
     */
    public void requireCounts(int queries, int database) {
        require("queries", queries, counts.query());
        require("database items", database, counts.database());
    }

    /** The key {@code data} under which a run has it. */
    public String dataKey() {
        return reached.matches("[a-z0-9-]+:(FOLDER|FILE\\.mat)") ? reached + "?protocol=" + name : reached;
    }

    /** Whether these can be its lists: their numbers are, and the lists are where they are known. */
    boolean isOf(Map<String, ProtocolRecord.Listed> lists) {
        Map<String, Integer> expected = Map.of(
                Dataset.QUERY,
                counts.query(),
                Dataset.TRAINING,
                counts.training(),
                Dataset.DATABASE,
                counts.database());
        boolean counted = lists.entrySet().stream().allMatch(list -> {
            int number = expected.getOrDefault(list.getKey(), 0);
            return number == 0 || number == list.getValue().count();
        });
        return counted && (knownLists.isEmpty() || knownLists.equals(ProtocolRecord.listsHash(lists)));
    }

    /** Fails unless {@link #isOf}. @throws DataException naming what differs */
    void requireOf(Map<String, ProtocolRecord.Listed> lists) {
        require("queries", count(lists, Dataset.QUERY), counts.query());
        require("training items", count(lists, Dataset.TRAINING), counts.training());
        require("database items", count(lists, Dataset.DATABASE), counts.database());
        if (!isOf(lists)) {
            throw new DataException("protocol " + name + ": its lists are " + knownLists + ", found "
                    + ProtocolRecord.listsHash(lists));
        }
    }

    private static int count(Map<String, ProtocolRecord.Listed> lists, String part) {
        ProtocolRecord.Listed list = lists.get(part);
        return list == null ? 0 : list.count();
    }

    /** Whether so many items with so many labels are all of this protocol's data. */
    boolean isAllOf(int items, int classes) {
        int apart = rule.base() == SplitRule.Base.NEITHER ? counts.training() : 0;
        return items == counts.query() + counts.database() + apart && classes == counts.classes();
    }

    /** The rule as it is printed and stored: everything but the lists. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("version", version);
        map.put("data", data);
        map.put("split", rule.describe());
        map.put("queries", counts.query());
        map.put("training", counts.training());
        map.put("database", counts.database());
        map.put("labels", counts.classes());
        map.put("relevance", RELEVANCE);
        map.put("top_n", cut.isPresent() ? cut.get().topN() : "all");
        cut.ifPresent(at -> map.put("top_n_meaning", at.meaning().key()));
        map.put("ties", TIES);
        map.put("allowed_overlap", allowed.words());
        return map;
    }

    /** Of {@link #toMap}. */
    public String ruleHash() {
        return hash(toMap());
    }

    /** SHA-256 of a map as JSON without blanks, its first {@value #DIGITS} digits. */
    static String hash(Map<String, ?> map) {
        try {
            byte[] json = new ObjectMapper().writeValueAsString(map).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(sha256().digest(json)).substring(0, DIGITS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("protocol: has no JSON form", e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * The shipped protocol with that name.
     *
     * @throws DataException if there is none; lists those there are
     */
    public static Protocol named(String name) {
        return ShippedProtocols.all().stream()
                .filter(protocol -> protocol.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new DataException("protocol: expected one of "
                        + String.join(", ", all().stream().map(Protocol::name).toList()) + ", found '" + name + "'"));
    }

    /** All that ship. */
    public static List<Protocol> all() {
        return ShippedProtocols.all();
    }
}
