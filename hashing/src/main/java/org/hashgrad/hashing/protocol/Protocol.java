package org.hashgrad.hashing.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;

/**
 * What a figure is a figure of: data, split, relevance, cut and ties, under a name and a version. Two figures compare when their protocols' hashes are equal.
 *
 * @param name such as {@code cifar10/59k}
 * @param version raised whenever the rule changes
 * @param data the data set, in words
 * @param rule how it is divided
 * @param counts queries, training items and database items that must come out
 * @param topN the N of mAP@N; none for the whole database
 * @param allowed the overlaps of parts that this protocol has on purpose
 * @param note whose setting it is, and what is known to differ elsewhere
 */
public record Protocol(
        String name,
        int version,
        String data,
        SplitRule rule,
        Counts counts,
        OptionalInt topN,
        Set<Overlap.Pair> allowed,
        String note) {

    /** An item is relevant to a query when they share a label; the only rule so far. */
    public static final String RELEVANCE = "share at least one label";

    /** The order of equal distances in the headline figure. */
    public static final String TIES = "mean over all orders";

    /** Numbers of items; 0 where any number is right. */
    public record Counts(int query, int training, int database) {}

    public Protocol {
        allowed = Set.copyOf(allowed);
    }

    /**
     * The lists of this protocol, their numbers checked.
     *
     * @param parts rows that the data's own files name, see {@link SplitRule}
     * @throws DataException when the rule can't be followed or other numbers come out
     */
    public SplitRule.Lists split(Labels labels, Map<String, int[]> parts, long seed) {
        SplitRule.Lists lists = rule.split(labels, parts, seed);
        require("queries", lists.query().length, counts.query());
        require("training items", lists.training().length, counts.training());
        require("database items", lists.database().length, counts.database());
        return lists;
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

    /** The record that is printed and stored with every figure; its last entry is the {@link #hash}. */
    public Map<String, Object> toMap(Map<String, String> digests) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("version", version);
        map.put("data", data);
        map.put("split", rule.describe());
        map.put("queries", counts.query());
        map.put("training", counts.training());
        map.put("database", counts.database());
        map.put("relevance", RELEVANCE);
        map.put("top_n", topN.isPresent() ? topN.getAsInt() : "all");
        map.put("ties", TIES);
        map.put(
                "allowed_overlap",
                allowed.stream().map(Overlap.Pair::words).sorted().toList());
        map.put("lists", digests);
        map.put("hash", hash(map));
        return map;
    }

    /** SHA-256 of the record as JSON without blanks, its first 16 digits. */
    private static String hash(Map<String, Object> map) {
        try {
            return hex(new ObjectMapper().writeValueAsString(map).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("protocol: has no JSON form", e);
        }
    }

    /** SHA-256 of each list, as big-endian 32-bit numbers, by part; the first 16 digits. */
    public static Map<String, String> digests(SplitRule.Lists lists) {
        Map<String, String> digests = new LinkedHashMap<>();
        digests.put("query", digest(lists.query()));
        digests.put("training", digest(lists.training()));
        digests.put("database", digest(lists.database()));
        return digests;
    }

    private static String digest(int[] list) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, list.length));
        bytes.asIntBuffer().put(list);
        return hex(bytes.array());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(sha256(bytes)).substring(0, 16);
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
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
