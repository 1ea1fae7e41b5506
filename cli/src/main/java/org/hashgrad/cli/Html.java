package org.hashgrad.cli;

import java.util.Base64;
import java.util.List;

/** Pieces of a page that is HTML and well-formed XML at once; whatever comes from outside goes through {@link #escape}. */
final class Html {
    private Html() {}

    /** Text as the content of an element or the value of an attribute in double quotes; what XML can not hold becomes U+FFFD. */
    static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(isXml(c) ? c : 0xFFFD);
            }
        });
        return safe.toString();
    }

    private static boolean isXml(int c) {
        return c == '\t' || c == '\n' || (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
    }

    /** An element with text. */
    static String element(String name, String text) {
        return "<" + name + ">" + escape(text) + "</" + name + ">";
    }

    /** A data URI of a PNG. */
    static String png(byte[] content) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(content);
    }

    /**
     * A table whose first column heads its rows.
     *
     * @param caption what it shows
     * @param heads of the columns
     * @param rows cells of text
     */
    static String table(String caption, List<String> heads, List<List<String>> rows) {
        StringBuilder html = new StringBuilder();
        html.append("<div class=\"wide\" tabindex=\"0\"><table>\n").append(element("caption", caption));
        html.append("\n<thead><tr>");
        heads.forEach(head -> html.append(head(head, "col")));
        html.append("</tr></thead>\n<tbody>\n");
        rows.forEach(row -> {
            html.append("<tr>").append(head(row.get(0), "row"));
            row.subList(1, row.size()).forEach(cell -> html.append(element("td", cell)));
            html.append("</tr>\n");
        });
        return html.append("</tbody></table></div>\n").toString();
    }

    /** A head of a column or a row. */
    static String head(String text, String scope) {
        return "<th scope=\"" + scope + "\">" + escape(text) + "</th>";
    }
}
