package org.hashgrad.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.hashgrad.hashing.data.DataException;

/** Results as JSON text; a number that is not finite, which JSON can not write, is {@code null}. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .registerModule(new SimpleModule()
                    .addSerializer(Double.class, new FiniteOrNull())
                    .addSerializer(Double.TYPE, new FiniteOrNull()));

    private Json() {}

    private static final class FiniteOrNull extends StdSerializer<Double> {
        private static final long serialVersionUID = 1L;

        FiniteOrNull() {
            super(Double.class);
        }

        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (Double.isFinite(value)) {
                json.writeNumber(value);
            } else {
                json.writeNull();
            }
        }
    }

    static String pretty(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("json: " + value.getClass() + " has no JSON form", e);
        }
    }

    /** Writes beside the file and moves, so that it is whole or as before. @throws DataException when it can not be written */
    static void write(Path file, Object value) {
        String text = pretty(value) + System.lineSeparator();
        try {
            if (isStream(file)) {
                Files.writeString(file, text);
                return;
            }
            Path target = Files.exists(file) ? file.toRealPath() : file;
            Path beside = beside(target);
            try {
                Files.writeString(beside, text, StandardOpenOption.CREATE_NEW);
                Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new DataException("--json " + file + ": can not be written: " + e, e);
        }
    }

    /**
     * Shows before the work that the file can be written; leaves nothing behind.
     *
     * @param inputs what the command reads, which the file must not replace
     * @throws DataException when it can not, or is one of the inputs
     */
    static void requireWritable(Path file, List<Path> inputs) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw new DataException("--json " + file + ": need a file in an existing folder");
        }
        try {
            for (Path input : inputs) {
                if (Files.exists(file) && Files.exists(input) && Files.isSameFile(file, input)) {
                    throw new DataException("--json " + file + ": is the input " + input
                            + ", which it would replace; need another file");
                }
            }
            if (!isStream(file)) {
                Path beside = beside(Files.exists(file) ? file.toRealPath() : file);
                Files.newOutputStream(beside, StandardOpenOption.CREATE_NEW).close();
                Files.delete(beside);
            }
        } catch (IOException e) {
            throw new DataException("--json " + file + ": can not be written: " + e, e);
        }
    }

    /** A pipe or terminal such as {@code /dev/stdout}, which nothing can be moved to. */
    private static boolean isStream(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    private static Path beside(Path file) {
        return file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    }
}
