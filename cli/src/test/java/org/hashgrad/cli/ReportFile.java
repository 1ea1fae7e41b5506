package org.hashgrad.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A report as an XML parser sees it. */
record ReportFile(Document page) {
    static ReportFile read(Path file) throws IOException {
        try {
            return new ReportFile(
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile()));
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(file + " is not well-formed: " + e.getMessage(), e);
        }
    }

    static List<Element> all(Node under, String name) {
        NodeList found = under instanceof Document document
                ? document.getElementsByTagName(name)
                : ((Element) under).getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    List<Element> all(String name) {
        return all(page, name);
    }

    List<Element> ofClass(String name, String cssClass) {
        return all(name).stream()
                .filter(element -> element.getAttribute("class").equals(cssClass))
                .toList();
    }

    List<String> texts(String name) {
        return all(name).stream().map(Element::getTextContent).toList();
    }

    Element section(String id) {
        return all("section").stream()
                .filter(element -> element.getAttribute("id").equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** The rows of a table, cells as text. */
    static List<List<String>> rows(Element table) {
        List<List<String>> rows = new ArrayList<>();
        for (Element row : all(table, "tr")) {
            List<String> cells = new ArrayList<>();
            for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNextSibling()) {
                if (cell instanceof Element element) {
                    cells.add(element.getTextContent());
                }
            }
            rows.add(cells);
        }
        return rows;
    }
}
