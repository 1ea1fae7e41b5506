package org.hashgrad.hashing.code;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Medium;

/**
 * The first {@link #BYTES} bytes of a code file, little-endian; {@code docs/index.md} has the table. Version 1 had no part of a split and no medium.
 *
 * @param labelKind what the section of labels holds
 * @param classes c, 0 without labels
 * @param model SHA-256 of what made the codes, lower-case hexadecimal, or empty
 * @param protocol hashes of rule and lists of the protocol they were made under, 64 digits, or empty
 * @param splitPart what the codes are of
 * @param medium of the items, where it is known
 * @param parts where the sections are; absent ones have length 0
 * @param sumOfSums CRC-32C of the section {@link Section#SUMS}
 */
record CodeFileHeader(
        int bits,
        long count,
        LabelKind labelKind,
        int classes,
        String model,
        String protocol,
        SplitPart splitPart,
        Optional<Medium> medium,
        Map<Section, Part> parts,
        int sumOfSums) {

    static final int BYTES = 204;
    private static final byte[] MAGIC = {(byte) 0x89, 'H', 'G', 'C', '\r', '\n', 0x1a, '\n'};
    private static final int VERSION = 2;
    private static final int SPLIT_PART = 196;
    private static final int MEDIUM = 198;
    private static final int DIGEST_BYTES = 32;

    /** The sections in the order of the header and of the file. */
    enum Section {
        CODES,
        IDS,
        LABELS,
        NAMES,
        TABLES,
        SUMS
    }

    /** What labels are. */
    enum LabelKind {
        NONE(0),
        /** One class per code, int32. */
        CLASSES(1),
        /** c bits per code in ⌈c / 64⌉ words. */
        ROWS(2);

        private final int number;

        LabelKind(int number) {
            this.number = number;
        }

        private static LabelKind of(String file, int number) {
            for (LabelKind kind : values()) {
                if (kind.number == number) {
                    return kind;
                }
            }
            throw failure(file, "offset 24: expected labels 0, 1 or 2, found " + number);
        }
    }

    /** A section: bytes offset … offset + length − 1. */
    record Part(long offset, long length) {
        static final Part ABSENT = new Part(0, 0);

        long end() {
            return offset + length;
        }
    }

    Part part(Section section) {
        return parts.getOrDefault(section, Part.ABSENT);
    }

    int wordsPerCode() {
        return (bits + 63) >>> 6;
    }

    int wordsPerLabel() {
        return (classes + 63) >>> 6;
    }

    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).putInt(VERSION).putInt(bits).putLong(count);
        bytes.putInt(labelKind.number).putInt(classes);
        bytes.put(digest(model)).put(digest(protocol));
        for (Section section : Section.values()) {
            bytes.putLong(part(section).offset()).putLong(part(section).length());
        }
        bytes.putInt(sumOfSums).putShort((short) splitPart.number());
        bytes.putShort(
                (short) (int) medium.map(of -> of == Medium.IMAGE ? 1 : 2).orElse(0));
        return bytes.putInt(sum(bytes.array(), bytes.position())).array();
    }

    /** The header of a file that it fits. @throws DataException as {@link #parse} */
    static CodeFileHeader read(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer start = ByteBuffer.allocate(BYTES);
            while (start.hasRemaining() && channel.read(start) >= 0) {}
            return parse(path.toString(), start.array(), channel.size());
        }
    }

    /** The length of the file: the checksums are last. */
    long length() {
        return part(Section.SUMS).end();
    }

    /**
     * Parses the header and compares it with the length of the file.
     *
     * @param file the file, as errors call it
     * @throws DataException if it is no code file, is damaged, or a section has not the length that its counts need
     */
    static CodeFileHeader parse(String file, byte[] header, long fileLength) {
        if (!Arrays.equals(MAGIC, Arrays.copyOf(header, MAGIC.length))) {
            throw failure(
                    file,
                    "no code file: offset 0: expected " + hex(MAGIC) + ", found "
                            + hex(Arrays.copyOf(header, (int) Math.min(MAGIC.length, fileLength))));
        }
        ByteBuffer bytes = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        int version = bytes.getInt(8);
        if (version < 1 || version > VERSION) {
            throw failure(file, "offset 8: expected version 1 to " + VERSION + ", found " + version);
        }
        int sumAt = version == 1 ? SPLIT_PART : MEDIUM + Short.BYTES;
        if (fileLength < sumAt + Integer.BYTES) {
            throw failure(
                    file, "truncated: expected a header of " + (sumAt + Integer.BYTES) + " bytes, found " + fileLength);
        }
        if (bytes.getInt(sumAt) != sum(header, sumAt)) {
            throw failure(
                    file,
                    String.format(
                            "corrupted: the header has CRC-32C %08x; expected %08x",
                            sum(header, sumAt), bytes.getInt(sumAt)));
        }
        Map<Section, Part> parts = new EnumMap<>(Section.class);
        bytes.position(96);
        for (Section section : Section.values()) {
            parts.put(section, new Part(bytes.getLong(), bytes.getLong()));
        }
        CodeFileHeader parsed = new CodeFileHeader(
                bytes.getInt(12),
                bytes.getLong(16),
                LabelKind.of(file, bytes.getInt(24)),
                bytes.getInt(28),
                digest(header, 32),
                digest(header, 64),
                version == 1 ? SplitPart.UNKNOWN : splitPart(file, bytes.getShort(SPLIT_PART)),
                version == 1 ? Optional.empty() : medium(file, bytes.getShort(MEDIUM)),
                parts,
                bytes.getInt(192));
        parsed.requireConsistent(file, fileLength);
        return parsed;
    }

    private void requireConsistent(String file, long fileLength) {
        if (bits < 1 || bits > Codes.MAX_BITS || count < 0 || classes < 0) {
            throw failure(
                    file,
                    "the header has " + count + " codes of " + bits + " bits and " + classes
                            + " classes; need >= 0 codes of 1 to " + Codes.MAX_BITS + " bits");
        }
        Part sums = part(Section.SUMS);
        if (sums.offset() < MappedFile.DATA || sums.length() < 0 || sums.offset() > Long.MAX_VALUE - sums.length()) {
            throw misplaced(file, Section.SUMS, MappedFile.DATA, fileLength);
        }
        if (fileLength != length()) {
            throw failure(
                    file,
                    (fileLength < length() ? "truncated: " : "too long: ") + "expected " + length() + " bytes, found "
                            + fileLength);
        }
        long from = MappedFile.DATA;
        for (Section section : Section.values()) {
            Part part = part(section);
            if (part.length() == 0 && section != Section.SUMS) {
                continue;
            }
            boolean within = part.offset() >= from
                    && part.offset() % Long.BYTES == 0
                    && part.length() >= 0
                    && part.length() <= fileLength - part.offset();
            if (!within) {
                throw misplaced(file, section, from, fileLength);
            }
            from = part.end();
        }
        requireRows(file, Section.CODES, (long) wordsPerCode() * Long.BYTES);
        if (part(Section.IDS).length() != 0) {
            requireRows(file, Section.IDS, Long.BYTES);
        }
        requireRows(
                file,
                Section.LABELS,
                switch (labelKind) {
                    case NONE -> 0;
                    case CLASSES -> Integer.BYTES;
                    case ROWS -> (long) wordsPerLabel() * Long.BYTES;
                });
        if (part(Section.NAMES).length() != 0 && part(Section.NAMES).length() / Long.BYTES <= count) {
            throw differing(file, Section.NAMES, "more than " + Long.BYTES);
        }
        long chunks = (sums.offset() - MappedFile.DATA + MappedFile.CHUNK - 1) / MappedFile.CHUNK;
        if (sums.length() != chunks * Integer.BYTES || sums.length() > Integer.MAX_VALUE) {
            throw failure(
                    file,
                    "section SUMS has " + sums.length() + " bytes; need " + Integer.BYTES + " for each of " + chunks
                            + " megabytes");
        }
    }

    private DataException misplaced(String file, Section section, long from, long to) {
        return failure(
                file,
                "section " + section + " is " + part(section).length() + " bytes from "
                        + part(section).offset() + " on; need whole words within " + from + " to " + to);
    }

    /** Divides, because a product of what anybody wrote into a header may overflow. */
    private void requireRows(String file, Section section, long bytesPerCode) {
        long length = part(section).length();
        boolean right = bytesPerCode == 0 ? length == 0 : length % bytesPerCode == 0 && length / bytesPerCode == count;
        if (!right) {
            throw differing(file, section, Long.toString(bytesPerCode));
        }
    }

    private DataException differing(String file, Section section, String bytesPerCode) {
        return failure(
                file,
                "counts differ: section " + section + " has " + part(section).length() + " bytes; need " + bytesPerCode
                        + " for each of " + count + " codes");
    }

    static DataException failure(String file, String what) {
        return new DataException("codes: " + file + ": " + what);
    }

    private static SplitPart splitPart(String file, int number) {
        return Arrays.stream(SplitPart.values())
                .filter(part -> part.number() == number)
                .findFirst()
                .orElseThrow(() -> failure(file, "offset " + SPLIT_PART + ": expected part 0 to 3, found " + number));
    }

    private static Optional<Medium> medium(String file, int number) {
        return switch (number) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(Medium.IMAGE);
            case 2 -> Optional.of(Medium.TEXT);
            default -> throw failure(file, "offset " + MEDIUM + ": expected medium 0 to 2, found " + number);
        };
    }

    private static int sum(byte[] header, int length) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, length);
        return (int) crc.getValue();
    }

    /** 32 bytes; zeros are "none". */
    private static byte[] digest(String hex) {
        if (hex.isEmpty()) {
            return new byte[DIGEST_BYTES];
        }
        return HexFormat.of().parseHex(hex);
    }

    private static String digest(byte[] header, int at) {
        byte[] bytes = Arrays.copyOfRange(header, at, at + DIGEST_BYTES);
        return Arrays.equals(bytes, new byte[DIGEST_BYTES])
                ? ""
                : HexFormat.of().formatHex(bytes);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
