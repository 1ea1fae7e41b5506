package org.hashgrad.hashing.code;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.hashgrad.hashing.code.CodeFileHeader.LabelKind;
import org.hashgrad.hashing.code.CodeFileHeader.Part;
import org.hashgrad.hashing.code.CodeFileHeader.Section;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.MultiLabels;
import org.jspecify.annotations.Nullable;

/**
 * Codes in a file, mapped into memory and never copied to the heap as a whole; the format is in {@code docs/index.md}. Opening checks the
 * header and all lengths; every megabyte is compared with its checksum when it is first used.
 *
 * <p>Methods that read codes, ids, labels or names throw {@link DataException} if the bytes they need are damaged.
 */
public final class CodeFile implements CodeStore {
    private final MappedFile file;
    private final CodeFileHeader header;
    private final long codesAt;
    private final long idsAt;

    private CodeFile(MappedFile file, CodeFileHeader header) {
        this.file = file;
        this.header = header;
        this.codesAt = header.part(Section.CODES).offset();
        this.idsAt = header.part(Section.IDS).length() == 0
                ? 0
                : header.part(Section.IDS).offset();
    }

    /**
     * Opens a code file; takes the same time for any length.
     *
     * @throws DataException if it can not be read, is no code file, is truncated, or its header is damaged or contradicts its length
     */
    public static CodeFile open(Path path) {
        return open(path, MappedFile.REGION_SHIFT);
    }

    static CodeFile open(Path path, int regionShift) {
        try {
            MappedFile file = MappedFile.open(path, regionShift);
            byte[] start = file.getBytes(0, (int) Math.min(CodeFileHeader.BYTES, file.length()));
            CodeFileHeader header =
                    CodeFileHeader.parse(path.toString(), Arrays.copyOf(start, CodeFileHeader.BYTES), file.length());
            Part sums = header.part(Section.SUMS);
            byte[] sumBytes = file.getBytes(sums.offset(), (int) sums.length());
            CRC32C crc = new CRC32C();
            crc.update(sumBytes);
            if ((int) crc.getValue() != header.sumOfSums()) {
                throw CodeFileHeader.failure(
                        path.toString(),
                        String.format(
                                "corrupted: the checksums have CRC-32C %08x; expected %08x",
                                (int) crc.getValue(), header.sumOfSums()));
            }
            int[] each = new int[sumBytes.length / Integer.BYTES];
            ByteBuffer.wrap(sumBytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer()
                    .get(each);
            file.check(each, sums.offset());
            return new CodeFile(file, header);
        } catch (NoSuchFileException e) {
            throw new DataException("codes: " + path + ": no such file", e);
        } catch (IOException e) {
            throw new DataException("codes: " + path + ": can not be read: " + e, e);
        }
    }

    /**
     * Writes codes with their ids, front to back with little memory. The file appears whole or not at all; one that is there is replaced.
     *
     * @throws DataException if it can not be written, ids do not ascend, or labels or names are not as many as codes
     */
    public static void write(Path path, CodeStore codes, CodeDetails details) {
        CodeFileWriter.write(path, codes, details, out -> {});
    }

    /**
     * Writes the file again with further codes behind its own, and with tables if it has them; readers of the old one keep it. Ids that are
     * rows' numbers go on after the last.
     *
     * @param name of the further codes, as errors call them
     * @return the new file
     * @throws DataException if the codes do not go together, are not of the file's model, or the file can not be written
     */
    public CodeFile append(String name, CodeStore codes, CodeDetails details) {
        new CodeSource(name, details.model()).requireSame(source());
        AppendedCodes all = AppendedCodes.of(this, codes);
        CodeDetails both = AppendedCodes.details(details(), details);
        if (hasTables()) {
            MultiIndex.write(path(), all, both);
        } else {
            write(path(), all, both);
        }
        return open(path());
    }

    /** The file. */
    public Path path() {
        return file.path();
    }

    /** The length of the file in bytes. */
    public long bytes() {
        return file.length();
    }

    @Override
    public long size() {
        return header.count();
    }

    @Override
    public int bits() {
        return header.bits();
    }

    @Override
    public void copyWords(long from, int n, long[] into) {
        int words = header.wordsPerCode();
        file.getLongs(codesAt + from * words * Long.BYTES, into, n * words);
    }

    @Override
    public long id(long row) {
        return idsAt == 0 ? row : file.getLong(idsAt + row * Long.BYTES);
    }

    /** Whether ids are stored; else they are the rows' numbers. */
    public boolean hasIds() {
        return idsAt != 0;
    }

    /** SHA-256 of what made the codes, hexadecimal, or empty. */
    public String model() {
        return header.model();
    }

    /** This file and {@link #model}. */
    public CodeSource source() {
        return new CodeSource(path().toString(), model());
    }

    /** SHA-256 of the protocol they were made under, hexadecimal, or empty. */
    public String protocol() {
        return header.protocol();
    }

    /** What the labels are, such as {@code 10 classes}; empty without. */
    public String describeLabels() {
        return switch (header.labelKind()) {
            case NONE -> "";
            case CLASSES -> header.classes() + " classes";
            case ROWS -> "0/1 rows of " + header.classes() + " classes";
        };
    }

    /** The labels, copied into memory, or null. */
    public @Nullable Labels labels() {
        if (header.labelKind() == LabelKind.NONE) {
            return null;
        }
        long at = header.part(Section.LABELS).offset();
        int n = Math.toIntExact(size());
        int classes = header.classes();
        if (header.labelKind() == LabelKind.CLASSES) {
            int[] classOf = new int[n];
            Arrays.setAll(classOf, i -> file.getInt(at + (long) i * Integer.BYTES));
            return ClassLabels.of(classOf);
        }
        int words = header.wordsPerLabel();
        int[] rows = new int[Math.multiplyExact(n, classes)];
        for (int i = 0; i < rows.length; i++) {
            int c = i % classes;
            long word = file.getLong(at + ((long) (i / classes) * words + (c >>> 6)) * Long.BYTES);
            rows[i] = (int) (word >>> c & 1);
        }
        return MultiLabels.ofRows(rows, classes);
    }

    /** Whether the codes have names. */
    public boolean hasNames() {
        return header.part(Section.NAMES).length() != 0;
    }

    /** The name of a row, such as the path of its image; its id where there are no names. */
    public String name(long row) {
        if (!hasNames()) {
            return Long.toString(id(row));
        }
        Part names = header.part(Section.NAMES);
        long from = file.getLong(names.offset() + row * Long.BYTES);
        long to = file.getLong(names.offset() + (row + 1) * Long.BYTES);
        long start = names.offset() + (size() + 1) * Long.BYTES;
        if (from < 0 || to < from || start + to > names.end() || to - from > Short.MAX_VALUE) {
            throw CodeFileHeader.failure(
                    path().toString(), "name of row " + row + " is bytes " + from + " to " + to + " of the names");
        }
        return new String(file.getBytes(start + from, (int) (to - from)), UTF_8);
    }

    /** Whether there are tables for {@link MultiIndex}. */
    public boolean hasTables() {
        return header.part(Section.TABLES).length() != 0;
    }

    @Nullable
    Buckets buckets() {
        if (!hasTables()) {
            return null;
        }
        Part tables = header.part(Section.TABLES);
        Substrings substrings = new Substrings(bits(), file.getInt(tables.offset()));
        long expected = substrings.count() < 1 || substrings.longest() > Substrings.MOST_BITS
                ? -1
                : Buckets.bytes(substrings, size());
        if (tables.length() != expected) {
            throw CodeFileHeader.failure(
                    path().toString(),
                    "section TABLES has " + tables.length() + " bytes; need " + expected + " for " + substrings.count()
                            + " tables");
        }
        return Buckets.mapped(file, tables.offset(), substrings, (int) size());
    }

    /** All that {@link #write} needs besides the codes, copied into memory. */
    public CodeDetails details() {
        List<String> names = new ArrayList<>();
        for (long row = 0; hasNames() && row < size(); row++) {
            names.add(name(row));
        }
        return new CodeDetails(labels(), names, model(), protocol());
    }

    /**
     * Reads the whole file.
     *
     * @throws DataException if a byte is damaged or ids do not ascend
     */
    public void verify() {
        file.verify();
        for (long row = 1; hasIds() && row < size(); row++) {
            if (id(row) <= id(row - 1)) {
                throw CodeFileHeader.failure(
                        path().toString(),
                        "row " + row + " has id " + id(row) + " after " + id(row - 1) + "; need ascending ids");
            }
        }
    }
}
