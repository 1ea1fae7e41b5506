package org.hashgrad.nn.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Stateful;
import org.hashgrad.tensor.Shape;

/**
 * An open safetensors file: a u64 header length, a JSON header, then row-major little-endian data. The header is checked on opening, before
 * anything is allocated for data; tensors are read one at a time, as asked for.
 */
public final class Safetensors implements AutoCloseable {
    private static final long MAX_HEADER = 100_000_000;
    private static final String UNUSED_COUNTER = ".num_batches_tracked";

    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final long dataStart;

    private Safetensors(Path file, FileChannel channel, SafetensorsHeader header, long dataStart) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.dataStart = dataStart;
    }

    /** @throws WeightFileException when the file is not a sound safetensors file */
    public static Safetensors open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            long size = channel.size();
            if (size < 8) {
                throw new WeightFileException(file + ": a safetensors file has at least 8 bytes, found " + size);
            }
            long headerBytes = read(file, channel, 0, 8).getLong();
            if (headerBytes < 2 || headerBytes > Math.min(MAX_HEADER, size - 8)) {
                throw new WeightFileException(file + ": the header length at offset 0 is "
                        + Long.toUnsignedString(headerBytes) + ", expected 2 to " + Math.min(MAX_HEADER, size - 8));
            }
            byte[] json = read(file, channel, 8, (int) headerBytes).array();
            long dataStart = 8 + headerBytes;
            return new Safetensors(file, channel, SafetensorsHeader.parse(file, json, size - dataStart), dataStart);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Names of the tensors, in the header's order. */
    public Set<String> names() {
        return header.entries().keySet();
    }

    /** The file's own strings. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    public Shape shape(String name) throws WeightFileException {
        return entry(name).shape();
    }

    public Dtype dtype(String name) throws WeightFileException {
        return entry(name).dtype();
    }

    /** The values, row-major, widened to double. */
    public double[] doubles(String name) throws IOException {
        SafetensorsHeader.Entry entry = entry(name);
        double[] values = new double[entry.shape().size()];
        int bytes = entry.dtype().bytes();
        int chunk = (1 << 20) / bytes;
        for (int from = 0; from < values.length; from += chunk) {
            int count = Math.min(chunk, values.length - from);
            ByteBuffer data = read(file, channel, dataStart + entry.begin() + (long) from * bytes, count * bytes);
            for (int i = 0; i < count; i++) {
                values[from + i] = switch (entry.dtype()) {
                    case F64 -> data.getDouble();
                    case F32 -> data.getFloat();
                    case F16 -> half(data.getShort());
                    case BF16 -> Float.intBitsToFloat(data.getShort() << 16);
                    case I64 -> data.getLong();
                };
            }
        }
        return values;
    }

    /** The values of an I64 tensor, row-major. @throws WeightFileException for another dtype */
    public long[] longs(String name) throws IOException {
        SafetensorsHeader.Entry entry = entry(name);
        if (entry.dtype() != Dtype.I64) {
            throw new WeightFileException(file + ": tensor " + name + ": expected I64, found " + entry.dtype());
        }
        if (entry.end() - entry.begin() > Integer.MAX_VALUE) {
            throw new WeightFileException(file + ": tensor " + name + ": I64 tensors above 2 GiB can't be read");
        }
        long[] values = new long[entry.shape().size()];
        read(file, channel, dataStart + entry.begin(), values.length * Long.BYTES)
                .asLongBuffer()
                .get(values);
        return values;
    }

    /** IEEE binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
    private static double half(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude = exponent == 0
                ? fraction * 0x1p-24
                : exponent == 31
                        ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                        : Math.scalb(1 + fraction * 0x1p-10, exponent - 15);
        return bits < 0 ? -magnitude : magnitude;
    }

    /** Assigns every slot of {@code target} from the tensor of its name; see {@link #loadInto(Stateful, Predicate)}. */
    public void loadInto(Stateful target) throws IOException {
        loadInto(target, name -> false);
    }

    /**
     * Assigns the slots of {@code target} from the tensors of the same names. Names must agree one to one, but for those that
     * {@code excluded} accepts, which are left alone on both sides (such as {@code hash.*} and the classifier of a pretrained net), and
     * PyTorch's {@code num_batches_tracked}, which nothing reads.
     *
     * @throws WeightFileException listing every missing, unexpected and mis-shaped name; then no slot has changed
     */
    public void loadInto(Stateful target, Predicate<String> excluded) throws IOException {
        Map<String, Slot> slots = target.state();
        List<String> problems = new ArrayList<>();
        List<Slot> wanted = new ArrayList<>();
        slots.forEach((name, slot) -> {
            SafetensorsHeader.Entry entry = header.entries().get(name);
            if (excluded.test(name)) {
                return;
            }
            wanted.add(slot);
            if (entry == null) {
                problems.add("missing " + name + hint(name, names(), slots.keySet()));
            } else if (!entry.shape().equals(slot.shape())) {
                problems.add(name + " is " + entry.shape() + " in the file, expected " + slot.shape());
            }
        });
        for (String name : names()) {
            if (!slots.containsKey(name) && !excluded.test(name) && !name.endsWith(UNUSED_COUNTER)) {
                problems.add("unexpected " + name);
            }
        }
        if (!problems.isEmpty()) {
            throw new WeightFileException(file + ": " + String.join("; ", problems));
        }
        for (Slot slot : wanted) {
            slot.assign(doubles(slot.name()));
        }
    }

    /** The nearest name of the file that no slot has, as a hint. */
    private static String hint(String name, Set<String> candidates, Set<String> taken) {
        return candidates.stream()
                .filter(c -> !taken.contains(c) && distance(name, c) <= Math.max(2, name.length() / 3))
                .min(Comparator.comparingInt(c -> distance(name, c)))
                .map(c -> " (nearest in the file: " + c + ")")
                .orElse("");
    }

    /** Levenshtein's edit distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        java.util.Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private SafetensorsHeader.Entry entry(String name) throws WeightFileException {
        SafetensorsHeader.Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new WeightFileException(file + ": no tensor " + name + hint(name, names(), Set.of()));
        }
        return entry;
    }

    private static ByteBuffer read(Path file, FileChannel channel, long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new WeightFileException(
                        file + ": the file ends at offset " + (offset + buffer.position()) + " while being read");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
