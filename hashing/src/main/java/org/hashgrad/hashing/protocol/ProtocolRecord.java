package org.hashgrad.hashing.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.Split;

/** The protocol of a run as it is stored beside its figures: the record with digests of the parts, and what the parts have in common. */
record ProtocolRecord(Map<String, Object> protocol, List<Map<String, Object>> overlap) {
    private static final int DIGITS = 16;

    /**
     * @param data as the configuration names it
     * @throws DataException when parts overlap that the protocol does not allow to
     */
    static ProtocolRecord of(String data, Split split) {
        Protocol protocol = protocol(data, split);
        Overlap.Part query = part(split.query());
        Overlap.Part training = part(split.training());
        Overlap.Part database = part(split.database());
        List<Overlap> overlaps = new ArrayList<>();
        overlaps.add(Overlap.of(Overlap.Pair.QUERY_TRAINING, query, training));
        if (split.database() == split.training()) {
            Overlap first = overlaps.get(0);
            overlaps.add(new Overlap(Overlap.Pair.QUERY_DATABASE, first.paths(), first.exact(), first.near()));
        } else {
            overlaps.add(Overlap.of(Overlap.Pair.QUERY_DATABASE, query, database));
            overlaps.add(Overlap.of(Overlap.Pair.TRAINING_DATABASE, training, database));
        }
        Overlap.require(protocol, overlaps);
        Map<String, String> digests = new LinkedHashMap<>();
        digests.put("query", digest(split.query()));
        digests.put("training", digest(split.training()));
        digests.put("database", digest(split.database()));
        return new ProtocolRecord(
                protocol.toMap(digests), overlaps.stream().map(Overlap::toMap).toList());
    }

    /** The protocol that the data name, if the numbers are its own; else one of that name without numbers. */
    private static Protocol protocol(String data, Split split) {
        String name = Map.of(
                        "embedded", "fashion-mnist/embedded",
                        "fashion-mnist", "fashion-mnist/full",
                        "openclipart", "openclipart-40")
                .getOrDefault(data.startsWith("fashion-mnist:") ? "fashion-mnist" : data, "");
        Optional<Protocol> chosen = FileData.parse(data).flatMap(FileData::protocol);
        if (chosen.isPresent()) {
            return chosen.get();
        }
        for (Protocol protocol : Protocol.all()) {
            Protocol.Counts counts = protocol.counts();
            if (protocol.name().equals(name)
                    && counts.query() == split.query().count()
                    && counts.training() == split.training().count()
                    && counts.database() == split.database().count()) {
                return protocol;
            }
        }
        return new Protocol(
                "own/" + data.replaceFirst(":.*[/\\\\]", ":"),
                1,
                data,
                new SplitRule.Files(),
                new Protocol.Counts(
                        split.query().count(),
                        split.training().count(),
                        split.database().count()),
                OptionalInt.empty(),
                Set.of(Overlap.Pair.TRAINING_DATABASE),
                "");
    }

    private static Overlap.Part part(SampleSet samples) {
        List<String> ids = new ArrayList<>();
        if (samples instanceof PictureSet pictures) {
            for (int i = 0; i < pictures.count(); i++) {
                ids.add(pictures.id(i));
            }
        }
        return new Overlap.Part(ids, samples);
    }

    /** SHA-256 of labels and values, or of labels and paths for pictures that are read when they are wanted; its first 16 digits. */
    private static String digest(SampleSet samples) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < samples.count(); i++) {
                for (int c = 0; c < samples.labels().classes(); c++) {
                    sha.update((byte) (samples.labels().has(i, c) ? 1 : 0));
                }
                if (samples instanceof PictureSet pictures) {
                    sha.update(pictures.id(i).getBytes(StandardCharsets.UTF_8));
                } else {
                    float[] values = samples.raw(new int[] {i});
                    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
                    bytes.asFloatBuffer().put(values);
                    sha.update(bytes);
                }
            }
            return HexFormat.of().formatHex(sha.digest()).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
