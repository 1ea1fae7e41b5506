package org.hashgrad.hashing.code;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.hashgrad.hashing.code.CodeFileHeader.LabelKind;
import org.hashgrad.hashing.code.CodeFileHeader.Part;
import org.hashgrad.hashing.code.CodeFileHeader.Section;
import org.hashgrad.hashing.data.ClassLabels;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.MultiLabels;
import org.jspecify.annotations.Nullable;

/**
 * Codes in a file, mapped into memory and never copied to the heap as a whole; the format is in {@code docs/index.md}. Opening checks the
 * header and all lengths; every megabyte is compared with its checksum when it is first used.
 *
 * <p>Methods that read codes, ids, labels or names throw {@link DataException} if the bytes they need are damaged.
 */
public final class CodeFile implements CodeStore {
    /** The most bytes of a name. */
    static final int LONGEST_NAME = Short.MAX_VALUE;

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
            CodeFileHeader header = CodeFileHeader.read(path);
            MappedFile file = MappedFile.open(path, regionShift, header.length());
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
        write(path, codes, details, false);
    }

    static void write(Path path, CodeStore codes, CodeDetails details, boolean tables) {
        locked(path, lock -> CodeFileWriter.write(lock, codes, details, tables));
    }

    private static void locked(Path path, Consumer<WriteLock> work) {
        try (WriteLock lock = WriteLock.of(path)) {
            work.accept(lock);
        } catch (IOException e) {
            throw new DataException("codes: " + path + ": can not be written: " + e, e);
        }
    }

    /**
     * Writes the file again with further codes behind its own, and with tables if it has them; readers of the old one keep it. Ids that are
     * rows' numbers go on after the last that is there, so the id of a last code that was removed is given again. A file of no codes takes
     * labels and names as they come.
     *
     * @param name of the further codes, as errors call them
     * @return the new file
     * @throws DataException if the codes do not go together, are not of the file's model, the file can not be written, is being written, or
     *     was replaced since it was opened
     */
    public CodeFile append(String name, CodeStore codes, CodeDetails details) {
        new CodeSource(name, details.model()).requireSame(source());
        return rewrite(
                AppendedCodes.of(this, codes),
                size() == 0
                        ? new CodeDetails(
                                details.labels(), details.names(), model(), "", details.part(), details.medium())
                        : AppendedCodes.details(path().toString(), details(), name, details));
    }

    /**
     * Writes the file again without some of its codes, and with tables if it has them; the others keep their ids, and readers of the old one
     * keep it.
     *
     * @return the new file
     * @throws DataException if an id is not there or given twice, or as {@link #append} if the file can not be written
     */
    public CodeFile remove(long... ids) {
        RemainingCodes remaining = RemainingCodes.without(this, ids);
        return rewrite(remaining, remaining.details(details()));
    }

    private CodeFile rewrite(CodeStore codes, CodeDetails details) {
        locked(path(), lock -> {
            if (!open(path()).header.equals(header)) {
                throw CodeFileHeader.failure(
                        path().toString(), "was replaced by another writer since it was opened; need to open it again");
            }
            CodeFileWriter.write(lock, codes, details, hasTables());
        });
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
    public void copyWords(int[] rows, int n, long[] into) {
        int words = header.wordsPerCode();
        for (int i = 0; i < n; i++) {
            long at = codesAt + (long) rows[i] * words * Long.BYTES;
            for (int w = 0; w < words; w++) {
                into[i * words + w] = file.getLong(at + (long) w * Long.BYTES);
            }
        }
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

    /** The part of a split that the codes are of. */
    public SplitPart part() {
        return header.splitPart();
    }

    /** The medium of the items, where it is known. */
    public Optional<Medium> medium() {
        return header.medium();
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
        LabelColumn column = labelColumn();
        if (column == null) {
            return null;
        }
        int n = Math.toIntExact(size());
        int words = column.wordsPerRow();
        try {
            if (column.isSingle()) {
                return ClassLabels.of(
                        IntStream.range(0, n).map(i -> (int) column.word(i, 0)).toArray());
            }
            long[] rows = new long[Math.multiplyExact(n, words)];
            Arrays.setAll(rows, at -> column.word(at / words, at % words));
            return MultiLabels.ofWords(rows, column.classes());
        } catch (DataException e) {
            throw new DataException("codes: " + path() + ": " + e.getMessage(), e);
        }
    }

    /** The labels where they lie, or null. */
    private @Nullable LabelColumn labelColumn() {
        return header.labelKind() == LabelKind.NONE ? null : new Column(file, header);
    }

    private record Column(MappedFile file, CodeFileHeader header) implements LabelColumn {
        @Override
        public long count() {
            return header.count();
        }

        @Override
        public int classes() {
            return header.classes();
        }

        @Override
        public boolean isSingle() {
            return header.labelKind() == LabelKind.CLASSES;
        }

        @Override
        public long word(long row, int w) {
            long at = header.part(Section.LABELS).offset();
            return isSingle()
                    ? file.getInt(at + row * Integer.BYTES)
                    : file.getLong(at + (row * wordsPerRow() + w) * Long.BYTES);
        }
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
        if (from < 0 || to < from || to > names.end() - start || to - from > LONGEST_NAME) {
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
        int rows = file.getInt(tables.offset() + Integer.BYTES);
        boolean fit = substrings.count() >= 1
                && substrings.count() <= bits()
                && substrings.longest() <= Substrings.MOST_BITS
                && rows == size()
                && tables.length() == Buckets.bytes(substrings, rows);
        if (!fit) {
            throw CodeFileHeader.failure(
                    path().toString(),
                    "section TABLES has " + tables.length() + " bytes for " + substrings.count() + " tables of " + rows
                            + " rows; need tables of " + size() + " codes of " + bits() + " bits");
        }
        return Buckets.mapped(file, tables.offset(), substrings, rows);
    }

    /** All that {@link #write} needs besides the codes; labels and names stay in the file. */
    public CodeDetails details() {
        List<String> names = !hasNames()
                ? List.of()
                : new AbstractList<>() {
                    @Override
                    public String get(int row) {
                        return name(row);
                    }

                    @Override
                    public int size() {
                        return Math.toIntExact(CodeFile.this.size());
                    }
                };
        return new CodeDetails(labelColumn(), names, model(), protocol(), part(), medium());
    }

    /**
     * Reads the whole file.
     *
     * @throws DataException if a byte is damaged, ids are negative or do not ascend, or a code has a bit set beyond its length
     */
    public void verify() {
        file.verify();
        if (size() > 0 && id(0) < 0) {
            throw CodeFileHeader.failure(path().toString(), "row 0 has id " + id(0) + "; need ids >= 0");
        }
        int words = header.wordsPerCode();
        long unused = bits() % Long.SIZE == 0 ? 0 : -1L << bits();
        for (long row = 0; unused != 0 && row < size(); row++) {
            if ((file.getLong(codesAt + ((row + 1) * words - 1) * Long.BYTES) & unused) != 0) {
                throw CodeFileHeader.failure(
                        path().toString(), "row " + row + " has a bit set from bit " + bits() + " on; need 0 there");
            }
        }
        for (long row = 1; hasIds() && row < size(); row++) {
            if (id(row) <= id(row - 1)) {
                throw CodeFileHeader.failure(
                        path().toString(),
                        "row " + row + " has id " + id(row) + " after " + id(row - 1) + "; need ascending ids");
            }
        }
    }
}
