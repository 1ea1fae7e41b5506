package org.hashgrad.hashing.data;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An array in NumPy's {@code .npy} format (versions 1 to 3). Reads bool, unsigned and signed integers of 1 to 8 bytes and
 * floats of 2, 4 and 8 bytes, either byte order, C or Fortran order; values come out row-major. Writes f4, f8, i4, i8 and
 * u1, version 1, little-endian, C order.
 *
 * <p>The header's claim is compared with the file's length before anything is allocated, so an absurd header costs nothing.
 */
public final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST_HEADER = 1 << 16;
    static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final String name;
    private final NpyHeader header;
    private final int[] shape;
    private final int count;
    private final byte[] bytes;
    private final ByteBuffer values;

    private NpyFile(String name, NpyHeader header, int[] shape, byte[] bytes) {
        this.name = name;
        this.header = header;
        this.shape = shape;
        this.count = bytes.length / header.itemSize();
        this.bytes = bytes;
        this.values = ByteBuffer.wrap(bytes).order(header.order());
    }

    /**
     * Reads an array.
     *
     * @throws DataException if it can not be read, is no {@code .npy} file, has an unsupported type, or its length is not
     *     what the header says
     */
    public static NpyFile read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            return read(file.toString(), channel.size(), channel::read);
        } catch (NoSuchFileException e) {
            throw new DataException("npy: " + file + ": no such file", e);
        } catch (IOException e) {
            throw new DataException("npy: " + file + ": can not be read: " + e, e);
        }
    }

    /**
     * As {@link #read}, from the file's bytes.
     *
     * @param name what errors call it
     */
    static NpyFile of(String name, byte[] file) throws IOException {
        return read(name, file.length, (to, position) -> {
            int bytes = Math.min(to.remaining(), file.length - (int) position);
            to.put(file, (int) position, bytes);
            return bytes;
        });
    }

    /** What a file says of its values, and where they begin. */
    record Layout(String type, int[] shape, boolean fortranOrder, long dataStart) {}

    /** As {@link #read} does before it reads the values. */
    static Layout layout(String name, FileChannel channel) throws IOException {
        Start start = start(name, channel.size(), channel::read);
        NpyHeader header = start.header();
        int[] shape = new int[header.shape().size()];
        for (int d = 0; d < shape.length; d++) {
            long size = header.shape().get(d);
            if (size > LARGEST_ARRAY) {
                throw new DataException("npy: " + name + ": shape " + text(header) + " is beyond any file");
            }
            shape[d] = (int) size;
        }
        return new Layout(header.kind() + "" + header.itemSize(), shape, header.fortranOrder(), start.dataStart());
    }

    /** The header, version 1, of values in C order. */
    static ByteBuffer header(String descr, int... shape) {
        String sizes = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String literal = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + sizes
                + (shape.length == 1 ? "," : "") + "), }";
        int padded = (10 + literal.length() + 1 + 63) / 64 * 64 - 10;
        byte[] text = (literal + " ".repeat(padded - literal.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length)
                .put(text)
                .rewind();
    }

    /** Reads up to as many bytes as there is room for from a place in the file; −1 at its end. */
    private interface Bytes {
        int read(ByteBuffer to, long position) throws IOException;
    }

    /** The file, as errors call it. */
    public String name() {
        return name;
    }

    /** The sizes; empty for a scalar. */
    public int[] shape() {
        return shape.clone();
    }

    /** The number of values. */
    public int count() {
        return count;
    }

    /** The type without its byte order: {@code b1, u1 … u8, i1 … i8, f2, f4, f8}. */
    public String type() {
        return header.kind() + "" + header.itemSize();
    }

    /** Type and shape as errors print them, such as {@code f4 (1000, 48)}. */
    public String describe() {
        return type() + " " + text(shape);
    }

    /** Value i in row-major order; false is 0, true is 1. Integers beyond 2^53 are rounded. */
    public double doubleAt(int i) {
        return switch (header.kind()) {
            case 'f' -> floatingAt(i);
            case 'u' -> unsigned(bitsAt(i));
            default -> (double) integerBitsAt(i);
        };
    }

    /** All values in row-major order; see {@link #doubleAt}. */
    public double[] toDoubles() {
        double[] all = new double[count];
        for (int i = 0; i < count; i++) {
            all[i] = doubleAt(i);
        }
        return all;
    }

    /**
     * All values in row-major order as integers; floats are taken if they are whole numbers.
     *
     * @throws DataException if a value is no whole number or does not fit; names its index
     */
    public int[] toInts() {
        int[] all = new int[count];
        for (int i = 0; i < count; i++) {
            double value = doubleAt(i);
            all[i] = (int) value;
            if (all[i] != value) {
                throw new DataException("npy: " + name + ": value at index " + Arrays.toString(indexOf(i)) + " is "
                        + value + "; need a whole number within 32 bits");
            }
        }
        return all;
    }

    /**
     * All bytes of a u1 array in row-major order.
     *
     * @throws DataException if the type is not u1
     */
    public byte[] toBytes() {
        if (!type().equals("u1")) {
            throw new DataException("npy: " + name + ": expected type u1, found " + describe());
        }
        return bytes.clone();
    }

    /** Writes f4 values row-major. */
    public static void write(Path file, float[] values, int... shape) {
        ByteBuffer payload = payload(file, values.length, 4, shape);
        payload.asFloatBuffer().put(values);
        write(file, "<f4", payload, shape);
    }

    /** Writes f8 values row-major. */
    public static void write(Path file, double[] values, int... shape) {
        ByteBuffer payload = payload(file, values.length, 8, shape);
        payload.asDoubleBuffer().put(values);
        write(file, "<f8", payload, shape);
    }

    /** Writes i4 values row-major. */
    public static void write(Path file, int[] values, int... shape) {
        ByteBuffer payload = payload(file, values.length, 4, shape);
        payload.asIntBuffer().put(values);
        write(file, "<i4", payload, shape);
    }

    /** Writes i8 values row-major. */
    public static void write(Path file, long[] values, int... shape) {
        ByteBuffer payload = payload(file, values.length, 8, shape);
        payload.asLongBuffer().put(values);
        write(file, "<i8", payload, shape);
    }

    /** Writes u1 values row-major. */
    public static void write(Path file, byte[] values, int... shape) {
        write(file, "|u1", payload(file, values.length, 1, shape).put(values), shape);
    }

    private static NpyFile read(String name, long length, Bytes file) throws IOException {
        Start start = start(name, length, file);
        NpyHeader header = start.header();
        int bytes = checkedSize(name, header, start.dataStart(), length);
        byte[] values = take(name, file, start.dataStart(), bytes, length);
        int[] shape = header.shape().stream().mapToInt(Long::intValue).toArray();
        boolean reorder = header.fortranOrder() && shape.length > 1;
        return new NpyFile(name, header, shape, reorder ? rowMajor(values, shape, header.itemSize()) : values);
    }

    /** What comes before the values. */
    private record Start(NpyHeader header, int dataStart) {}

    private static Start start(String name, long length, Bytes file) throws IOException {
        byte[] start = take(name, file, 0, 8, length);
        if (!Arrays.equals(MAGIC, 0, 6, start, 0, 6)) {
            throw new DataException("npy: " + name + ": offset 0: wrong magic: expected 93 4e 55 4d 50 59, found "
                    + hex(Arrays.copyOf(start, 6)));
        }
        int version = start[6];
        if (version < 1 || version > 3 || start[7] != 0) {
            throw new DataException("npy: " + name + ": offset 6: unsupported version: expected 1.0, 2.0 or 3.0, found "
                    + (version & 0xff) + "." + (start[7] & 0xff));
        }
        int lengthBytes = version == 1 ? 2 : 4;
        ByteBuffer size =
                ByteBuffer.wrap(take(name, file, 8, lengthBytes, length)).order(ByteOrder.LITTLE_ENDIAN);
        long headerLength = version == 1 ? size.getShort(0) & 0xffff : size.getInt(0) & 0xffff_ffffL;
        if (headerLength > LONGEST_HEADER) {
            throw new DataException("npy: " + name + ": offset 8: header length: expected at most " + LONGEST_HEADER
                    + ", found " + headerLength);
        }
        int headerStart = 8 + lengthBytes;
        byte[] literal = take(name, file, headerStart, (int) headerLength, length);
        NpyHeader header = NpyHeader.parse(
                name,
                headerStart,
                new String(literal, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
        return new Start(header, headerStart + (int) headerLength);
    }

    /** The payload's length in bytes, which the header and the file agree on. */
    private static int checkedSize(String name, NpyHeader header, int dataStart, long length) {
        long found = length - dataStart;
        boolean empty = header.shape().contains(0L);
        long limit = LARGEST_ARRAY / header.itemSize();
        long product = 1;
        for (long size : header.shape()) {
            if (size > (empty ? LARGEST_ARRAY : limit / product)) {
                throw new DataException("npy: " + name + ": offset " + dataStart + ": shape " + text(header)
                        + " of " + header.itemSize() + "-byte values: expected at most " + limit
                        + " values; the file holds " + found + " bytes");
            }
            product = empty ? 0 : product * size;
        }
        long expected = product * header.itemSize();
        if (expected != found) {
            throw new DataException("npy: " + name + ": offset " + dataStart + ": "
                    + (found < expected ? "truncated" : "trailing bytes") + ": shape " + text(header) + " of "
                    + header.itemSize() + "-byte values: expected " + expected + " bytes, found " + found);
        }
        return (int) expected;
    }

    private static byte[] take(String name, Bytes file, long from, int bytes, long length) throws IOException {
        if (from + bytes > length) {
            throw new DataException("npy: " + name + ": offset " + length + ": truncated: expected " + (from + bytes)
                    + " bytes to the end of the header, found " + length);
        }
        byte[] taken = new byte[bytes];
        ByteBuffer buffer = ByteBuffer.wrap(taken);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, from + buffer.position()) < 0) {
                throw new DataException("npy: " + name + ": offset " + (from + buffer.position())
                        + ": the file shrank while it was read: expected " + length + " bytes");
            }
        }
        return taken;
    }

    private static byte[] rowMajor(byte[] from, int[] shape, int itemSize) {
        byte[] to = new byte[from.length];
        int[] index = new int[shape.length];
        for (int target = 0; target < to.length; target += itemSize) {
            long source = 0;
            for (int d = shape.length - 1; d >= 0; d--) {
                source = source * shape[d] + index[d];
            }
            System.arraycopy(from, (int) source * itemSize, to, target, itemSize);
            for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
                index[d] = 0;
            }
        }
        return to;
    }

    private long bitsAt(int i) {
        int at = i * header.itemSize();
        return switch (header.itemSize()) {
            case 1 -> values.get(at) & 0xff;
            case 2 -> values.getShort(at) & 0xffff;
            case 4 -> values.getInt(at) & 0xffff_ffffL;
            default -> values.getLong(at);
        };
    }

    private long integerBitsAt(int i) {
        long bits = bitsAt(i);
        int unused = 64 - 8 * header.itemSize();
        return header.kind() == 'i' ? bits << unused >> unused : bits == 0 ? 0 : 1;
    }

    private double floatingAt(int i) {
        long bits = bitsAt(i);
        return switch (header.itemSize()) {
            case 2 -> half((int) bits);
            case 4 -> Float.intBitsToFloat((int) bits);
            default -> Double.longBitsToDouble(bits);
        };
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : (bits >>> 1 | (bits & 1)) * 2.0;
    }

    /** IEEE 754 binary16. */
    private static double half(int bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude =
                switch (exponent) {
                    case 0 -> Math.scalb((double) fraction, -24);
                    case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
                    default -> Math.scalb((double) (fraction | 0x400), exponent - 25);
                };
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    private int[] indexOf(int i) {
        int[] index = new int[shape.length];
        int rest = i;
        for (int d = shape.length - 1; d >= 0; d--) {
            index[d] = rest % shape[d];
            rest /= shape[d];
        }
        return index;
    }

    private static ByteBuffer payload(Path file, int length, int itemSize, int[] shape) {
        long expected = 1;
        for (int size : shape) {
            expected = size < 0 ? -1 : Math.multiplyExact(expected, (long) size);
        }
        if (expected != length) {
            throw new DataException("npy: " + file + ": values has length " + length
                    + "; need a shape of that size, got " + text(shape));
        }
        return ByteBuffer.allocate(Math.multiplyExact(length, itemSize)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void write(Path file, String descr, ByteBuffer payload, int[] shape) {
        ByteBuffer header = header(descr, shape);
        payload.rewind();
        try (SeekableByteChannel out = Files.newByteChannel(file, CREATE, TRUNCATE_EXISTING, WRITE)) {
            while (header.hasRemaining()) {
                out.write(header);
            }
            while (payload.hasRemaining()) {
                out.write(payload);
            }
        } catch (IOException e) {
            throw new DataException("npy: " + file + ": can not be written: " + e, e);
        }
    }

    private static String text(NpyHeader header) {
        return text(header.shape());
    }

    private static String text(int[] shape) {
        return text(Arrays.stream(shape).asLongStream().boxed().toList());
    }

    private static String text(List<Long> shape) {
        String sizes = shape.stream().limit(8).map(String::valueOf).collect(Collectors.joining(", "));
        return "(" + sizes + (shape.size() == 1 ? "," : shape.size() > 8 ? ", ..." : "") + ")";
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
