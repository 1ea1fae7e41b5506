package org.hashgrad.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Results as JSON text; a number that is not finite, which JSON can not write, is {@code null}. */
final class Json {
    private static final String OPTION = "--json";

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

    /** {@link OutputFile#write} of the {@code --json} option. */
    static void write(Path file, Object value) {
        new OutputFile(OPTION, file).write(pretty(value) + System.lineSeparator());
    }

    /** {@link OutputFile#requireWritable} of the {@code --json} option. */
    static void requireWritable(Path file, List<Path> inputs) {
        new OutputFile(OPTION, file).requireWritable(inputs);
    }
}
