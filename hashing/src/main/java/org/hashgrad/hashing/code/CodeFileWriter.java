package org.hashgrad.hashing.code;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.hashgrad.hashing.code.CodeFileHeader.LabelKind;
import org.hashgrad.hashing.code.CodeFileHeader.Part;
import org.hashgrad.hashing.code.CodeFileHeader.Section;
import org.hashgrad.hashing.data.DataException;

/** Writes a code file beside its place, front to back, and moves it there: the place has the old file or the whole new one. */
final class CodeFileWriter {
    private static final int ROWS_AT_ONCE = 1 << 14;

    private final FileChannel channel;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(MappedFile.CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private int[] sums = new int[16];
    private int chunks;
    private long position = MappedFile.DATA;
    private final Map<Section, Part> parts = new EnumMap<>(Section.class);

    private CodeFileWriter(FileChannel channel) {
        this.channel = channel;
    }

    /** Writes the file that the lock is for, with tables or without. */
    static void write(WriteLock lock, CodeStore codes, CodeDetails details, boolean tables) {
        Path target = lock.target();
        requireCounts(target, codes, details);
        try {
            Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent());
            // What a killed writer has left has this name too and is written over.
            Path partial = folder.resolve("." + target.getFileName() + ".partial");
            try {
                try (FileChannel channel = FileChannel.open(
                        partial,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
                    CodeFileWriter out = new CodeFileWriter(channel);
                    out.write(codes, details, tables ? () -> Buckets.write(out, codes, folder) : () -> {});
                }
                move(partial, target);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new DataException("codes: " + target + ": can not be written: " + e, e);
        }
    }

    private static void move(Path partial, Path target) throws IOException {
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void requireCounts(Path file, CodeStore codes, CodeDetails details) {
        LabelColumn labels = details.labels();
        if (labels != null && labels.count() != codes.size()) {
            throw new DataException(
                    "codes: " + file + ": counts differ: " + codes.size() + " codes and " + labels.count() + " labels");
        }
        if (!details.names().isEmpty() && details.names().size() != codes.size()) {
            throw new DataException("codes: " + file + ": counts differ: " + codes.size() + " codes and "
                    + details.names().size() + " names");
        }
    }

    private void write(CodeStore codes, CodeDetails details, Content tables) throws IOException {
        section(Section.CODES, () -> putCodes(codes));
        section(Section.IDS, () -> putIds(codes));
        LabelKind kind = LabelKind.NONE;
        int classes = 0;
        LabelColumn labels = details.labels();
        if (labels != null) {
            kind = labels.isSingle() ? LabelKind.CLASSES : LabelKind.ROWS;
            classes = labels.classes();
            section(Section.LABELS, () -> putLabels(labels));
        }
        section(Section.NAMES, () -> putNames(details));
        section(Section.TABLES, tables);
        flush();
        byte[] sumBytes = sumBytes();
        parts.put(Section.SUMS, new Part(position, sumBytes.length));
        put(ByteBuffer.wrap(sumBytes), position);
        CRC32C sumOfSums = new CRC32C();
        sumOfSums.update(sumBytes);
        CodeFileHeader header = new CodeFileHeader(
                codes.bits(),
                codes.size(),
                kind,
                classes,
                details.model(),
                details.protocol(),
                details.part(),
                details.medium(),
                parts,
                (int) sumOfSums.getValue());
        put(ByteBuffer.wrap(Arrays.copyOf(header.toBytes(), MappedFile.DATA)), 0);
    }

    private interface Content {
        void put() throws IOException;
    }

    /** A section begins and ends at a multiple of 8; an empty one stays absent. */
    private void section(Section section, Content content) throws IOException {
        long from = position + chunk.position();
        content.put();
        long to = position + chunk.position();
        parts.put(section, new Part(from, to - from));
        while ((position + chunk.position()) % Long.BYTES != 0) {
            putByte((byte) 0);
        }
    }

    private void putCodes(CodeStore codes) throws IOException {
        long[] words = new long[ROWS_AT_ONCE * codes.wordsPerCode()];
        for (long row = 0; row < codes.size(); row += ROWS_AT_ONCE) {
            int rows = (int) Math.min(ROWS_AT_ONCE, codes.size() - row);
            codes.copyWords(row, rows, words);
            for (int w = 0; w < rows * codes.wordsPerCode(); w++) {
                putLong(words[w]);
            }
        }
    }

    /** Ids that are the rows' numbers are left out. */
    private void putIds(CodeStore codes) throws IOException {
        if (codes.size() == 0) {
            return;
        }
        CodesWithIds.requireNotNegative(codes.id(0));
        if (codes.id(codes.size() - 1) == codes.size() - 1) {
            return;
        }
        for (long row = 0; row < codes.size(); row++) {
            if (row > 0 && codes.id(row) <= codes.id(row - 1)) {
                throw new DataException("codes: row " + row + " has id " + codes.id(row) + " after " + codes.id(row - 1)
                        + "; need ascending ids");
            }
            putLong(codes.id(row));
        }
    }

    private void putLabels(LabelColumn labels) throws IOException {
        for (long row = 0; row < labels.count(); row++) {
            for (int w = 0; w < labels.wordsPerRow(); w++) {
                if (labels.isSingle()) {
                    putInt((int) labels.word(row, w));
                } else {
                    putLong(labels.word(row, w));
                }
            }
        }
    }

    /** n + 1 offsets into the bytes that follow them, then the bytes. */
    private void putNames(CodeDetails details) throws IOException {
        if (details.names().isEmpty()) {
            return;
        }
        long end = 0;
        putLong(end);
        for (String name : details.names()) {
            int length = name.getBytes(UTF_8).length;
            if (length > CodeFile.LONGEST_NAME) {
                throw new DataException("codes: the name that begins with '" + name.substring(0, 40) + "' has " + length
                        + " bytes; need <= " + CodeFile.LONGEST_NAME);
            }
            end += length;
            putLong(end);
        }
        for (String name : details.names()) {
            for (byte each : name.getBytes(UTF_8)) {
                putByte(each);
            }
        }
    }

    void putInt(int value) throws IOException {
        if (chunk.remaining() < Integer.BYTES) {
            flush();
        }
        chunk.putInt(value);
    }

    private void putLong(long value) throws IOException {
        if (!chunk.hasRemaining()) {
            flush();
        }
        chunk.putLong(value);
    }

    private void putByte(byte value) throws IOException {
        if (!chunk.hasRemaining()) {
            flush();
        }
        chunk.put(value);
    }

    private void flush() throws IOException {
        if (chunk.position() == 0) {
            return;
        }
        chunk.flip();
        CRC32C crc = new CRC32C();
        crc.update(chunk.duplicate());
        if (chunks == sums.length) {
            sums = Arrays.copyOf(sums, 2 * chunks);
        }
        sums[chunks++] = (int) crc.getValue();
        int length = chunk.remaining();
        put(chunk, position);
        position += length;
        chunk.clear();
    }

    private byte[] sumBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(chunks * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(sums, 0, chunks);
        return bytes.array();
    }

    private void put(ByteBuffer bytes, long at) throws IOException {
        long next = at;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
        }
    }
}
