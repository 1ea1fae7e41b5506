package org.hashgrad.hashing.data;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an {@code .npy} file: a Python dictionary literal with the keys {@code descr}, {@code fortran_order} and
 * {@code shape}.
 *
 * @param kind {@code b} bool, {@code u} unsigned, {@code i} signed, {@code f} IEEE 754
 * @param itemSize bytes per value
 * @param order byte order of a value
 * @param fortranOrder whether the first index runs fastest
 * @param shape sizes, empty for a scalar
 */
record NpyHeader(char kind, int itemSize, ByteOrder order, boolean fortranOrder, List<Long> shape) {
    private static final Set<String> TYPES =
            Set.of("b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8");
    private static final Pattern ENTRY = Pattern.compile(
            "\\s*(['\"])(descr|fortran_order|shape)\\1\\s*:\\s*('[^']*'|\"[^\"]*\"|True|False|\\([^()]*\\))\\s*(,|$)");
    private static final Pattern SHAPE = Pattern.compile("\\(\\s*(?:\\d+L?\\s*(?:,\\s*\\d+L?\\s*)*+,?\\s*)?\\)");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /**
     * Parses the literal, which begins at {@code offset} of the file.
     *
     * @throws DataException if it is no such dictionary or has a type that is not supported
     */
    static NpyHeader parse(String file, int offset, String literal) {
        String text = literal.strip();
        Map<String, String> entries = entries(file, offset, text);
        String descr = entries.get("descr");
        String fortran = entries.get("fortran_order");
        String shape = entries.get("shape");
        if (descr == null
                || fortran == null
                || shape == null
                || !"'\"".contains(descr.substring(0, 1))
                || !"TF".contains(fortran.substring(0, 1))
                || !shape.startsWith("(")) {
            throw malformed(file, offset, text);
        }
        String type = descr.substring(1, descr.length() - 1);
        if (!type.matches("[<>|=].*") || !TYPES.contains(type.substring(1))) {
            throw new DataException("npy: " + file + ": offset " + offset + ": unsupported type: expected one of "
                    + TYPES.stream().sorted().toList() + " after <, >, | or =, found '" + shown(type) + "'");
        }
        ByteOrder order =
                switch (type.charAt(0)) {
                    case '>' -> ByteOrder.BIG_ENDIAN;
                    case '=' -> ByteOrder.nativeOrder();
                    default -> ByteOrder.LITTLE_ENDIAN;
                };
        return new NpyHeader(
                type.charAt(1), type.charAt(2) - '0', order, fortran.equals("True"), sizes(file, offset, shape));
    }

    private static Map<String, String> entries(String file, int offset, String text) {
        if (!text.startsWith("{") || !text.endsWith("}")) {
            throw malformed(file, offset, text);
        }
        Map<String, String> entries = new HashMap<>();
        String body = text.substring(1, text.length() - 1).strip();
        Matcher entry = ENTRY.matcher(body);
        int position = 0;
        while (position < body.length()) {
            if (!entry.find(position) || entry.start() != position) {
                throw malformed(file, offset, text);
            }
            entries.put(entry.group(2), entry.group(3));
            position = entry.end();
        }
        return entries;
    }

    private static List<Long> sizes(String file, int offset, String shape) {
        if (!SHAPE.matcher(shape).matches()) {
            throw malformed(file, offset, shape);
        }
        List<Long> sizes = new ArrayList<>();
        Matcher number = NUMBER.matcher(shape);
        while (number.find()) {
            if (number.group().length() > 18) {
                throw new DataException("npy: " + file + ": offset " + offset + ": size " + shown(number.group())
                        + " in the shape is beyond any file");
            }
            sizes.add(Long.parseLong(number.group()));
        }
        return List.copyOf(sizes);
    }

    private static DataException malformed(String file, int offset, String found) {
        return new DataException("npy: " + file + ": offset " + offset + ": malformed header: expected "
                + "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }, found " + shown(found));
    }

    /** At most 80 characters on one line. */
    private static String shown(String text) {
        String line = text.replaceAll("[^\\x20-\\x7e]", "?");
        return line.length() <= 80 ? line : line.substring(0, 77) + "...";
    }
}
