package org.hashgrad.hashing.data.openclipart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SvgMetadataTest {
    private final Path folder;

    SvgMetadataTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private SvgMetadata read(String svg) throws IOException {
        return SvgMetadata.read(Files.writeString(folder.resolve("x.svg"), svg));
    }

    @Test
    void titleDescriptionKeywordsAndLicenceAreThoseOfTheWork() throws IOException {
        SvgMetadata metadata = read(ClipartTree.svg(
                "Salt &amp;  pepper", "two\n lines", List.of("Food", "  ", "<![CDATA[table ware]]>"), "X"));
        assertEquals(new SvgMetadata("Salt & pepper", "two lines", List.of("Food", "table ware"), "X"), metadata);
    }

    @Test
    void anEmptyTitleStaysEmptyThoughPublisherAndCreatorHaveOne() throws IOException {
        assertEquals("", read(ClipartTree.svg("", "", List.of(), "X")).title());
    }

    @Test
    void aFileWithoutMetadataSaysNothing() throws IOException {
        SvgMetadata nothing = read("<svg><Work><title>x</title><license resource='PublicDomain'/></Work></svg>");
        assertEquals(new SvgMetadata("", "", List.of(), ""), nothing);
        assertFalse(nothing.isPublicDomain());
    }

    @Test
    void onlyThePublicDomainIsThePublicDomain() {
        for (String yes : List.of(
                ClipartTree.PUBLIC_DOMAIN, "http://creativecommons.org/licenses/publicdomain/", "Public Domain")) {
            assertTrue(new SvgMetadata("", "", List.of(), yes).isPublicDomain(), yes);
        }
        for (String no : List.of("", "http://creativecommons.org/licenses/GPL/2.0/")) {
            assertFalse(new SvgMetadata("", "", List.of(), no).isPublicDomain(), no);
        }
    }

    @Test
    void whatFollowsTheMetadataIsNotRead() throws IOException {
        String svg = ClipartTree.svg("good", "", List.of(), "X");
        assertEquals("good", read(svg.replace("</svg>", "<p></q>")).title());
    }

    @Test
    void aFileThatIsBrokenBeforeOrInsideTheMetadataIsRefused() {
        String svg = ClipartTree.svg("good", "", List.of(), "X");
        for (String broken : List.of(
                "", "no XML", svg.replace("version=\"1.0\"", "version=\"1\""), svg.replace("</dc:title>", ""))) {
            assertThrows(IOException.class, () -> read(broken), broken);
        }
    }

    @Test
    void noEntityIsExpandedAndNoOtherFileIsRead() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
        Path types = Files.writeString(folder.resolve("x.dtd"), "<!ENTITY outer 'secret'>");
        for (String declared : List.of(
                " [<!ENTITY e SYSTEM '" + secret.toUri() + "'>]",
                " [<!ENTITY e 'secret'>]",
                " [<!ENTITY % all SYSTEM '" + types.toUri() + "'> %all; <!ENTITY e '&outer;'>]",
                " SYSTEM '" + types.toUri() + "'")) {
            String svg = ClipartTree.svg("a &e; b", "", List.of(), "X")
                    .replace("<svg ", "<!DOCTYPE svg" + declared + "><svg ");
            String title;
            try {
                title = read(svg).title();
            } catch (IOException e) {
                title = "refused";
            }
            assertFalse(title.contains("secret"), declared);
        }
    }

    @Test
    void entitiesThatGrowDoNoHarm() {
        StringBuilder laughs = new StringBuilder("<!DOCTYPE svg [<!ENTITY e0 'ha'>");
        for (int i = 1; i < 40; i++) {
            laughs.append("<!ENTITY e" + i + " '&e" + (i - 1) + ";&e" + (i - 1) + ";'>");
        }
        String svg = ClipartTree.svg("&e39;", "", List.of(), "X").replace("<svg ", laughs + "]><svg ");
        String title = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            try {
                return read(svg).title();
            } catch (IOException e) {
                return "";
            }
        });
        assertTrue(title.length() < 100, () -> title.length() + " characters");
    }
}
