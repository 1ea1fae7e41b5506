package org.hashgrad.hashing.data.openclipart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * What an SVG file says about its picture: Dublin Core in RDF, in the first {@code metadata} element.
 *
 * <pre>
 *   Work / title               title          those of publisher, creator and rights stand in an Agent
 *   Work / description         description
 *   Work / subject / Bag / li  keywords
 *   Work / license resource=…  licence
 * </pre>
 *
 * Prefixes are ignored. The parser stops behind {@code metadata}; it reads no document type, so that no entity is expanded and no other
 * file or host is asked.
 *
 * @param keywords without empty ones; like title and description with single spaces
 * @param licence "" when there is none
 */
record SvgMetadata(String title, String description, List<String> keywords, String licence) {
    private static final XMLInputFactory XML = XMLInputFactory.newDefaultFactory();

    static {
        XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XML.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    }

    /** @throws IOException when the file can not be read or is no XML up to the end of the metadata */
    static SvgMetadata read(Path svg) throws IOException {
        try (InputStream in = Files.newInputStream(svg)) {
            return new Reading(XML.createXMLStreamReader(in)).all();
        } catch (XMLStreamException e) {
            throw new IOException(String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
        }
    }

    /** Whether the file names the public domain as its licence. */
    boolean isPublicDomain() {
        return licence.toLowerCase(Locale.ROOT).replace(" ", "").contains("publicdomain");
    }

    private static final class Reading {
        private final XMLStreamReader xml;
        private final Deque<String> open = new ArrayDeque<>();
        private final StringBuilder text = new StringBuilder();
        private String title = "";
        private String description = "";
        private final List<String> keywords = new ArrayList<>();
        private String licence = "";

        Reading(XMLStreamReader xml) {
            this.xml = xml;
        }

        SvgMetadata all() throws XMLStreamException {
            boolean done = false;
            while (!done && xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> start();
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                    case XMLStreamConstants.END_ELEMENT -> done = end().equals("metadata");
                    default -> {}
                }
            }
            return new SvgMetadata(title, description, List.copyOf(keywords), licence);
        }

        private void start() {
            open.push(withoutPrefix(xml.getLocalName()));
            text.setLength(0);
            if (licence.isEmpty() && isAt("license", "Work")) {
                licence = attribute("resource");
            }
        }

        private String end() {
            String content = text.toString().strip().replaceAll("\\s+", " ");
            if (title.isEmpty() && isAt("title", "Work")) {
                title = content;
            } else if (description.isEmpty() && isAt("description", "Work")) {
                description = content;
            } else if (isAt("li", "Bag", "subject", "Work") && !content.isEmpty()) {
                keywords.add(content);
            }
            text.setLength(0);
            return open.pop();
        }

        /** Whether the innermost open elements are these, inside {@code metadata}. */
        private boolean isAt(String... names) {
            int at = 0;
            for (String name : open) {
                if (at == names.length) {
                    return open.contains("metadata");
                }
                if (!name.equals(names[at++])) {
                    return false;
                }
            }
            return false;
        }

        private String attribute(String name) {
            for (int i = 0; i < xml.getAttributeCount(); i++) {
                if (withoutPrefix(xml.getAttributeLocalName(i)).equals(name)) {
                    return xml.getAttributeValue(i).strip();
                }
            }
            return "";
        }

        private static String withoutPrefix(@Nullable String name) {
            return name == null ? "" : name.substring(name.indexOf(':') + 1);
        }
    }
}
