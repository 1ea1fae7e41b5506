package org.hashgrad.hashing.protocol;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Configurations as YAML: one document, a map, no key twice. */
final class ConfigText {
    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private ConfigText() {}

    /**
     * The nested maps; none for an empty text.
     *
     * @throws ConfigException in one line with the name, and the line where there is one
     */
    static Map<?, ?> read(String name, String yaml) {
        try (JsonParser parser = YAML.createParser(yaml)) {
            Object document = parser.nextToken() == null ? null : YAML.readValue(parser, Object.class);
            if (parser.nextToken() != null) {
                throw new ConfigException("config: " + name + " line "
                        + parser.currentLocation().getLineNr() + ": a second YAML document; expected one");
            }
            if (document == null || document.equals("")) {
                return Map.of();
            }
            if (document instanceof Map<?, ?> map) {
                return map;
            }
            throw new ConfigException("config: " + name + ": expected 'key: value' lines, found "
                    + (document instanceof List<?> ? "a list" : "'" + document + "'"));
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
            throw new ConfigException("config: " + name + where + ": " + reason(e), e);
        } catch (IOException e) {
            throw new ConfigException("config: " + name + ": can't be read: " + e, e);
        }
    }

    private static String reason(JsonProcessingException e) {
        String text = e.getOriginalMessage().lines().findFirst().orElse("");
        if (text.startsWith("Duplicate field") && e instanceof JsonParseException at && at.getProcessor() != null) {
            String pointer =
                    at.getProcessor().getParsingContext().pathAsPointer().toString();
            return "key '" + pointer.substring(1).replace('/', '.') + "' is given twice";
        }
        return "is not YAML: " + text;
    }

    static String write(Map<String, ?> nested) {
        try {
            return YAML.writeValueAsString(nested);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("config: can't be written as YAML", e);
        }
    }
}
