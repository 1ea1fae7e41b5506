package org.hashgrad.hashing.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.data.Dataset;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;

/**
 * What one database of a run was measured under, as it stands beside its figures: the protocol's rule with its hash, and the lists with theirs.
 *
 * @param source the configuration's key {@code data}, without folders
 * @param lists by part, {@code query}, {@code training} and {@code database}
 * @param overlap what the parts have in common; empty where they were not compared
 */
record ProtocolRecord(Protocol protocol, String source, Map<String, Listed> lists, List<Overlap> overlap) {
    static final String RULE_HASH = "rule_hash";
    static final String LISTS = "lists";
    static final String LISTS_HASH = "lists_hash";

    /**
     * A list, as numbers and digests, the first {@value Protocol#DIGITS} digits of a SHA-256.
     *
     * @param labels digest of the labels, in order
     * @param items digest of the items, in order: paths of pictures that are read when they are wanted, values of what lies in memory
     */
    record Listed(int count, String labels, String items) {
        static Listed of(SampleSet samples) {
            return new Listed(samples.count(), labelsOf(samples.labels()), itemsOf(samples));
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("count", count);
            map.put("labels", labels);
            map.put("items", items);
            return map;
        }

        /** Of the labels of an item the numbers, so that it does not matter how they are held. */
        static String labelsOf(Labels labels) {
            MessageDigest sha = Protocol.sha256();
            ByteBuffer numbers = ByteBuffer.allocate(Integer.BYTES * (labels.classes() + 1));
            for (int i = 0; i < labels.count(); i++) {
                numbers.clear();
                for (int c = 0; c < labels.classes(); c++) {
                    if (labels.has(i, c)) {
                        numbers.putInt(c);
                    }
                }
                sha.update(numbers.putInt(-1).flip());
            }
            return digits(sha);
        }

        private static String itemsOf(SampleSet samples) {
            MessageDigest sha = Protocol.sha256();
            for (int i = 0; i < samples.count(); i++) {
                if (samples instanceof PictureSet pictures) {
                    sha.update((pictures.key(i) + "\n").getBytes(StandardCharsets.UTF_8));
                } else {
                    float[] values = samples.raw(new int[] {i});
                    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
                    bytes.asFloatBuffer().put(values);
                    sha.update(bytes);
                }
            }
            return digits(sha);
        }

        private static String digits(MessageDigest sha) {
            return HexFormat.of().formatHex(sha.digest()).substring(0, Protocol.DIGITS);
        }
    }

    /** The record of every database by the name of its files in a run folder, the headline's first. Nothing is compared. */
    static Map<String, ProtocolRecord> of(String data, Split split) {
        DataChoice choice = DataChoice.parse(data);
        Listed query = Listed.of(split.query());
        Listed training = Listed.of(split.training());
        Map<String, ProtocolRecord> records = new LinkedHashMap<>();
        split.databases().forEach((name, samples) -> {
            Map<String, Listed> lists = new LinkedHashMap<>();
            lists.put(Dataset.QUERY, query);
            lists.put(Dataset.TRAINING, training);
            lists.put(Dataset.DATABASE, samples == split.training() ? training : Listed.of(samples));
            String set = records.isEmpty() ? Experiment.HEADLINE : name;
            records.put(
                    set,
                    new ProtocolRecord(choice.protocol(name, split.protocol(), lists), source(data), lists, List.of()));
        });
        return records;
    }

    private static String source(String data) {
        return data.replaceFirst(":[^?]*[/\\\\]", ":").replaceAll("([?&](?:texts|images|root)=)[^?&]*[/\\\\]", "$1");
    }

    /**
     * As {@link #of}, with what the parts have in common.
     *
     * @throws org.hashgrad.hashing.data.DataException when parts overlap that a protocol does not allow to
     */
    static Map<String, ProtocolRecord> compared(String data, Split split) {
        Map<String, ProtocolRecord> records = of(data, split);
        Map<String, Overlap.Print> known = new HashMap<>();
        Overlap.Part query = Overlap.Part.of(split.query(), known);
        Overlap.Part training = Overlap.Part.of(split.training(), known);
        Overlap first = Overlap.of(Overlap.Pair.QUERY_TRAINING, query, training);
        List<SampleSet> databases = List.copyOf(split.databases().values());
        Map<String, ProtocolRecord> compared = new LinkedHashMap<>();
        records.forEach((set, record) -> {
            SampleSet samples = databases.get(compared.size());
            List<Overlap> overlaps = new ArrayList<>(List.of(first));
            if (samples == split.training()) {
                overlaps.add(new Overlap(Overlap.Pair.QUERY_DATABASE, first.paths(), first.exact(), first.near()));
            } else {
                Overlap.Part database = Overlap.Part.of(samples, known);
                overlaps.add(Overlap.of(Overlap.Pair.QUERY_DATABASE, query, database));
                overlaps.add(Overlap.of(Overlap.Pair.TRAINING_DATABASE, training, database));
            }
            Overlap.require(record.protocol, overlaps);
            compared.put(set, new ProtocolRecord(record.protocol, record.source, record.lists, overlaps));
        });
        return compared;
    }

    /** Hash of lists. */
    static String listsHash(Map<String, Listed> lists) {
        Map<String, Object> map = new LinkedHashMap<>();
        lists.forEach((part, list) -> map.put(part, list.toMap()));
        return Protocol.hash(map);
    }

    /** What a code file holds of it: the hash of the rule, then that of the lists. */
    String digest() {
        return protocol.ruleHash() + listsHash(lists);
    }

    /** As it stands in {@code metrics.json}. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>(protocol.toMap());
        map.put(RULE_HASH, protocol.ruleHash());
        map.put("source", source);
        Map<String, Object> all = new LinkedHashMap<>();
        lists.forEach((part, list) -> all.put(part, list.toMap()));
        map.put(LISTS, all);
        map.put(LISTS_HASH, listsHash(lists));
        return map;
    }

    /** As it stands in {@code metrics.json}. */
    List<Map<String, Object>> overlaps() {
        return overlap.stream().map(Overlap::toMap).toList();
    }
}
