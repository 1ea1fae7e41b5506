package org.hashgrad.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hashgrad.hashing.data.DataException;

/** Results as JSON text. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    static String pretty(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("json: " + value.getClass() + " has no JSON form", e);
        }
    }

    /** @throws DataException when the file can not be written */
    static void write(Path file, Object value) {
        try {
            Files.writeString(file, pretty(value) + System.lineSeparator());
        } catch (IOException e) {
            throw new DataException("--json " + file + ": can not be written: " + e, e);
        }
    }

    /** Opens the file for writing and so shows before the work that it will do. @throws DataException when it will not */
    static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw new DataException("--json " + file + ": need a file in an existing folder");
        }
        try {
            Files.newOutputStream(
                            file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new DataException("--json " + file + ": can not be written: " + e, e);
        }
    }
}
