package org.hashgrad.nn.io;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;

/** The checked JSON header of a safetensors file: where each tensor lies in the data section, and the metadata. */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String METADATA = "__metadata__";

    /** Offsets are relative to the data section; {@code end} is exclusive. */
    record Entry(Dtype dtype, Shape shape, long begin, long end) {}

    static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) throws WeightFileException {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new WeightFileException(
                    file + ": the header is not JSON: " + e.getOriginalMessage().replace('\n', ' '), e);
        } catch (java.io.IOException e) {
            throw new WeightFileException(file + ": the header is not JSON: " + e.getMessage(), e);
        }
        if (!root.isObject()) {
            throw new WeightFileException(file + ": the header must be a JSON object");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals(METADATA)) {
                if (!field.getValue().isObject()) {
                    throw new WeightFileException(
                            file + ": __metadata__ must be an object of strings, found " + field.getValue());
                }
                for (Map.Entry<String, JsonNode> pair : field.getValue().properties()) {
                    if (!pair.getValue().isTextual()) {
                        throw new WeightFileException(file + ": __metadata__ must be an object of strings, found "
                                + pair.getValue() + " for " + pair.getKey());
                    }
                    metadata.put(pair.getKey(), pair.getValue().asText());
                }
            } else {
                entries.put(field.getKey(), entry(file + ": tensor " + field.getKey(), field.getValue(), dataBytes));
            }
        }
        requireContiguous(file, entries, dataBytes);
        return new SafetensorsHeader(entries, metadata);
    }

    private static Entry entry(String what, JsonNode node, long dataBytes) throws WeightFileException {
        Dtype dtype = dtype(what, node.path("dtype"));
        Shape shape = shape(what, node.path("shape"));
        JsonNode offsets = node.path("data_offsets");
        if (!offsets.isArray()
                || offsets.size() != 2
                || !offsets.get(0).isIntegralNumber()
                || !offsets.get(1).isIntegralNumber()) {
            throw new WeightFileException(what + ": data_offsets must be two integers, found " + offsets);
        }
        if (!offsets.get(0).canConvertToLong() || !offsets.get(1).canConvertToLong()) {
            throw new WeightFileException(what + ": data_offsets " + offsets + " do not fit 64 bits");
        }
        long begin = offsets.get(0).longValue();
        long end = offsets.get(1).longValue();
        if (begin < 0 || end < begin || end > dataBytes) {
            throw new WeightFileException(what + ": bytes [" + begin + ", " + end + ") are outside the data section of "
                    + dataBytes + " bytes");
        }
        long expected = (long) shape.size() * dtype.bytes();
        if (end - begin != expected) {
            throw new WeightFileException(what + ": " + dtype + " " + shape + " needs " + expected
                    + " bytes, data_offsets span " + (end - begin));
        }
        return new Entry(dtype, shape, begin, end);
    }

    private static Dtype dtype(String what, JsonNode node) throws WeightFileException {
        for (Dtype dtype : Dtype.values()) {
            if (dtype.name().equals(node.asText())) {
                return dtype;
            }
        }
        throw new WeightFileException(
                what + ": dtype " + node + " can't be read, expected one of " + Arrays.toString(Dtype.values()));
    }

    private static Shape shape(String what, JsonNode node) throws WeightFileException {
        if (!node.isArray()) {
            throw new WeightFileException(what + ": shape must be a list of integers, found " + node);
        }
        int[] extents = new int[node.size()];
        for (int i = 0; i < extents.length; i++) {
            if (!node.get(i).isIntegralNumber() || !node.get(i).canConvertToInt()) {
                throw new WeightFileException(what + ": shape must be a list of 32-bit integers, found " + node);
            }
            extents[i] = node.get(i).intValue();
        }
        try {
            return Shape.of(extents);
        } catch (ShapeException e) {
            throw new WeightFileException(what + ": " + e.getMessage(), e);
        }
    }

    /** Tensors follow each other from byte 0 to the end of the data section: no overlap, no gap. */
    private static void requireContiguous(Path file, Map<String, Entry> entries, long dataBytes)
            throws WeightFileException {
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(entries.entrySet());
        inOrder.sort(Comparator.comparingLong(e -> e.getValue().begin()));
        String before = "";
        long end = 0;
        for (Map.Entry<String, Entry> next : inOrder) {
            long begin = next.getValue().begin();
            if (begin < end) {
                throw new WeightFileException(file + ": tensors " + before + " and " + next.getKey() + " overlap: "
                        + next.getKey() + " begins at " + begin + ", " + before + " ends at " + end);
            }
            if (begin > end) {
                throw new WeightFileException(file + ": bytes [" + end + ", " + begin + ") before tensor "
                        + next.getKey() + " belong to no tensor");
            }
            before = next.getKey();
            end = next.getValue().end();
        }
        if (end < dataBytes) {
            throw new WeightFileException(
                    file + ": bytes [" + end + ", " + dataBytes + ") at the end belong to no tensor");
        }
    }

    static byte[] format(SafetensorsHeader header) {
        Map<String, Object> root = new LinkedHashMap<>();
        if (!header.metadata.isEmpty()) {
            root.put(METADATA, header.metadata);
        }
        header.entries.forEach((name, e) -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("dtype", e.dtype.name());
            fields.put("shape", e.shape.toArray());
            fields.put("data_offsets", new long[] {e.begin, e.end});
            root.put(name, fields);
        });
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("safetensors: strings and numbers always have a JSON form", e);
        }
    }
}
