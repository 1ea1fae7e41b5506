package org.hashgrad.hashing.data;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The lines of a text file, of a data set or beside codes. */
public final class TextLines {
    private static final long LARGEST = 1L << 29;

    /** What Windows' editors put before UTF-8; no part of the text. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private TextLines() {}

    /**
     * Lines of UTF-8, where a byte that is none counts as an unknown character: tags of the old collections are full of them.
     *
     * @param what the format, as errors begin
     * @throws DataException when there is no such file or it can't be read
     */
    public static List<String> of(String what, Path file) {
        return text(what, file, StandardCharsets.UTF_8).lines().toList();
    }

    /** The whole file in another character set; see {@link #of}. */
    static String text(String what, Path file, Charset charset) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new DataException(
                        what + ": " + file + ": expected at most " + LARGEST + " bytes, found " + Files.size(file));
            }
            CharsetDecoder decoder = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
            String text = decoder.decode(java.nio.ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw new DataException(what + ": " + file + ": no such file", e);
        } catch (IOException e) {
            throw new DataException(what + ": " + file + ": can not be read: " + e, e);
        }
    }
}
