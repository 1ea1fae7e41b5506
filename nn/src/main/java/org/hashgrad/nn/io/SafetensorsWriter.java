package org.hashgrad.nn.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.hashgrad.autograd.Stateful;
import org.hashgrad.tensor.Precision;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.Tensor;

/** Collects named tensors and writes them as one safetensors file, whole or not at all. */
public final class SafetensorsWriter {
    private static final int CHUNK = 1 << 16;

    private final Map<String, Item> items = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    /** Appends the i-th element to a buffer. */
    private interface Elements {
        void put(ByteBuffer buffer, int i);
    }

    private record Item(Dtype dtype, Shape shape, Supplier<Elements> elements) {}

    /** Every slot under its full name, in its backend's precision, with the values it has when {@link #write} is called. */
    public SafetensorsWriter add(Stateful stateful) {
        stateful.state().forEach((name, slot) -> {
            Dtype dtype = slot.backend().precision() == Precision.F64 ? Dtype.F64 : Dtype.F32;
            put(name, new Item(dtype, slot.shape(), () -> elements(slot.value(), dtype)));
        });
        return this;
    }

    private static Elements elements(Tensor tensor, Dtype dtype) {
        if (dtype == Dtype.F64) {
            double[] values = tensor.toDoubles();
            return (buffer, i) -> buffer.putDouble(values[i]);
        }
        float[] values = tensor.toFloats();
        return (buffer, i) -> buffer.putFloat(values[i]);
    }

    /** An I64 tensor, row-major. @throws ShapeException when the count differs */
    public SafetensorsWriter add(String name, Shape shape, long... values) {
        if (shape.size() != values.length) {
            throw new ShapeException("safetensors: " + name + " is " + shape + " with " + shape.size()
                    + " elements, got " + values.length + " values");
        }
        long[] kept = values.clone();
        return put(name, new Item(Dtype.I64, shape, () -> (buffer, i) -> buffer.putLong(kept[i])));
    }

    /** A string beside the tensors. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    private SafetensorsWriter put(String name, Item item) {
        if (name.equals("__metadata__") || items.put(name, item) != null) {
            throw new IllegalArgumentException("safetensors: the name " + name + " is reserved or given twice");
        }
        return this;
    }

    /** Writes beside {@code file} first and then moves into place, so that a reader never sees a part. */
    public void write(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), CHUNK)) {
                writeHeader(out);
                for (Item item : items.values()) {
                    writeValues(out, item);
                }
            }
            try {
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** The JSON is padded with spaces so that the data begins at a multiple of 8. */
    private void writeHeader(OutputStream out) throws IOException {
        Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, Item> named : items.entrySet()) {
            Item item = named.getValue();
            long end = offset + (long) item.shape.size() * item.dtype.bytes();
            entries.put(named.getKey(), new SafetensorsHeader.Entry(item.dtype, item.shape, offset, end));
            offset = end;
        }
        byte[] json = SafetensorsHeader.format(new SafetensorsHeader(entries, metadata));
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length)
                .array());
        out.write(padded);
    }

    private static void writeValues(OutputStream out, Item item) throws IOException {
        Elements elements = item.elements.get();
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < item.shape.size(); i++) {
            elements.put(buffer, i);
            if (!buffer.hasRemaining()) {
                out.write(buffer.array());
                buffer.clear();
            }
        }
        out.write(buffer.array(), 0, buffer.position());
    }
}
