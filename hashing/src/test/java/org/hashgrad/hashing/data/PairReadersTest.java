package org.hashgrad.hashing.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MIRFlickr-25K, NUS-WIDE, IAPR TC-12 and MS COCO in small, in the layouts of the originals. */
class PairReadersTest {
    private static final Framing FRAMING = Framing.squeezed(2);

    private final Path folder;

    PairReadersTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void mirFlickr() throws IOException {
        for (int i = 1; i <= 4; i++) {
            TestPictures.write(folder.resolve("mirflickr/im" + i + ".jpg"), 8, 8, 0x202020 * i);
        }
        write("mirflickr/doc/common_tags.txt", "nikon 9\nsky 7\nblue 5\n");
        write("mirflickr/meta/tags/tags1.txt", "sky\nunknown\nnikon\n");
        write("mirflickr/meta/tags/tags2.txt", "");
        write("mirflickr/meta/tags/tags3.txt", "SKY\n\n");
        write("mirflickr/meta/tags/tags4.txt", "rare\n");
        write("mirflickr25k_annotations_v080/README.txt", "no label");
        write("mirflickr25k_annotations_v080/tree.txt", "1\n3\n");
        write("mirflickr25k_annotations_v080/baby.txt", "3\n4\n");
        write("mirflickr25k_annotations_v080/baby_r1.txt", "4\n");
    }

    @Test
    void mirFlickrHasItsLabelsInOrderAndOnlyPhotographsWithACommonTag() throws IOException {
        mirFlickr();
        Dataset pairs = MirFlickr.pairs(folder, FRAMING);
        assertEquals(List.of("im1.jpg", "im3.jpg"), pairs.ids());
        assertEquals(List.of("baby", "tree"), pairs.classes());
        assertArrayEquals(
                new float[] {1, 1, 0, 0, 1, 0}, pairs.texts().orElseThrow().raw());
        assertTrue(pairs.labels().has(0, 1)
                && !pairs.labels().has(0, 0)
                && pairs.labels().has(1, 0));
        assertEquals(0x60, pairs.images().raw(new int[] {1})[0], 2);
        Dataset images = MirFlickr.images(folder, FRAMING);
        assertEquals(4, images.count());
        assertEquals(List.of("baby", "baby_r1", "tree"), images.classes());
        assertFalse(images.labels().labelled(1));
    }

    @Test
    void mirFlickrNamesWhatIsMissing() throws IOException {
        mirFlickr();
        write("mirflickr25k_annotations_v080/tree.txt", "1\n5\n");
        assertEquals(
                "mirflickr: " + folder.resolve("mirflickr25k_annotations_v080/tree.txt")
                        + ": line 2: a label without its photograph: expected a number 1 to 4, found '5'",
                Failure.of(() -> MirFlickr.pairs(folder, FRAMING)));
        mirFlickr();
        Files.delete(folder.resolve("mirflickr/meta/tags/tags3.txt"));
        assertTrue(Failure.of(() -> MirFlickr.pairs(folder, FRAMING)).endsWith("tags3.txt: no such file"));
        mirFlickr();
        Files.delete(folder.resolve("mirflickr/im2.jpg"));
        assertTrue(
                Failure.of(() -> MirFlickr.pairs(folder, FRAMING)).endsWith("there are 3 photographs, but no im2.jpg"));
        mirFlickr();
        for (int i = 1; i <= 4; i++) {
            write("mirflickr/meta/tags/tags" + i + ".txt", "rare");
        }
        assertTrue(Failure.of(() -> MirFlickr.pairs(folder, FRAMING)).contains("no item has a text with a known word"));
        write("mirflickr/doc/common_tags.txt", "nikon\n");
        assertTrue(Failure.of(() -> MirFlickr.pairs(folder, FRAMING))
                .endsWith("line 1: expected 'tag count', found 'nikon'"));
    }

    private void nusWide() throws IOException {
        write(
                "ImageList/Imagelist.txt",
                "actor\\0001_21.jpg\r\nactor\\0002_22.jpg\r\nbeach\\0003_23.jpg\r\nbeach\\0004_24.jpg\r\n");
        StringBuilder concepts = new StringBuilder();
        for (int c = 0; c < 12; c++) {
            String name = "c" + (char) ('a' + c);
            concepts.append(name).append('\n');
            // ca is on no photograph, cb on the last; the ten others on the first three
            write(
                    "Groundtruth/AllLabels/Labels_" + name + ".txt",
                    c == 0 ? "0\n0\n0\n0\n" : c == 1 ? "0\n0\n0\n1\n" : "1\n1\n1\n0\n");
        }
        write("ConceptsList/Concepts81.txt", concepts.toString());
        write("NUS_WID_Tags/TagList1k.txt", "sea\nsun\n");
        write("NUS_WID_Tags/All_Tags.txt", "21 sun  other SEA\n22\n23 sea sea\n24 other\n");
        for (String file : List.of("actor/0001_21", "actor/0002_22", "beach/0003_23", "beach/0004_24")) {
            TestPictures.write(folder.resolve("Flickr/" + file + ".jpg"), 8, 8, 0x404040);
        }
    }

    @Test
    void nusWideHasItsConceptsTagsAndPhotographs() throws IOException {
        nusWide();
        Dataset all = NusWide.read(folder, FRAMING, NusWide.Concepts.ALL_81);
        assertEquals("beach/0003_23.jpg", all.ids().get(2));
        assertEquals(12, all.classes().size());
        assertTrue(all.labels().has(3, 1));
        assertArrayEquals(
                new float[] {1, 1, 0, 0, 1, 0, 0, 0}, all.texts().orElseThrow().raw());
        assertEquals(2, all.withTexts().count());
        Dataset ten = NusWide.read(folder, FRAMING, NusWide.Concepts.FREQUENT_10);
        assertEquals(3, ten.count(), "the fourth has none of the ten");
        assertEquals("cc", ten.classes().get(0));
        assertEquals(
                4, NusWide.read(folder, FRAMING, NusWide.Concepts.FREQUENT_21).count());
    }

    @Test
    void nusWideNamesWhatDoesNotFit() throws IOException {
        nusWide();
        write("Groundtruth/AllLabels/Labels_cb.txt", "0\n1\n");
        assertTrue(Failure.of(() -> NusWide.read(folder, FRAMING, NusWide.Concepts.ALL_81))
                .endsWith("Labels_cb.txt: mismatched counts: expected 4 lines as in Imagelist.txt, found 2"));
        nusWide();
        write("NUS_WID_Tags/All_Tags.txt", "21 sun\n23\n22 sea\n24\n");
        assertTrue(Failure.of(() -> NusWide.read(folder, FRAMING, NusWide.Concepts.ALL_81))
                .endsWith("line 2: expected photograph 22 as in Imagelist.txt, found '23'"));
        write("NUS_WID_Tags/All_Tags.txt", "21 sun\n22\n");
        assertTrue(Failure.of(() -> NusWide.read(folder, FRAMING, NusWide.Concepts.ALL_81))
                .endsWith("mismatched counts: expected 4 texts as in Imagelist.txt, found 2"));
        nusWide();
        Files.delete(folder.resolve("Flickr/beach/0003_23.jpg"));
        assertTrue(Failure.of(() -> NusWide.read(folder, FRAMING, NusWide.Concepts.ALL_81))
                .endsWith("0003_23.jpg: no such picture or not readable"));
        write("ImageList/Imagelist.txt", "..\\..\\x_21.jpg\n");
        assertTrue(Failure.of(() -> NusWide.read(folder, FRAMING, NusWide.Concepts.ALL_81))
                .contains("is not inside"));
    }

    private void iapr() throws IOException {
        for (int i : new int[] {25, 26, 1000}) {
            String path = String.format("%02d/%d", i / 1000, i);
            TestPictures.write(folder.resolve("images/" + path + ".jpg"), 8, 8, 0x404040);
            Path text = folder.resolve("annotations_complete_eng/" + path + ".eng");
            Files.createDirectories(text.getParent());
            Files.write(
                    text,
                    ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<DOC><TITLE>no</TITLE><DESCRIPTION>a "
                                    + (i == 26 ? "" : "caf\u00e9 &amp; dog " + i)
                                    + "</DESCRIPTION></DOC>")
                            .getBytes(StandardCharsets.ISO_8859_1));
        }
        write("saiapr_tc-12/00/labels.txt", "25 1 7\n25 2 200\n25 3 7\n");
        write("saiapr_tc-12/01/labels.txt", "1000\t1\t30\n");
        write("saiapr_tc-12/wlist.txt", "7\tsky-blue\n30\tman made\n");
    }

    @Test
    void iaprHasDescriptionsInLatinOneAndTheLabelsOfSegments() throws IOException {
        iapr();
        Dataset set = IaprTc12.read(folder, FRAMING);
        assertEquals(List.of("00/25.jpg", "00/26.jpg", "01/1000.jpg"), set.ids());
        assertEquals(List.of("sky-blue", "man made", "200"), set.classes());
        assertTrue(
                set.labels().has(0, 0) && set.labels().has(0, 2) && set.labels().has(2, 1));
        assertFalse(set.labels().labelled(1));
        TextSet texts = (TextSet) set.texts().orElseThrow();
        assertEquals(List.of("caf", "dog"), texts.texts().get(0));
        assertEquals(List.of(), texts.texts().get(1));
    }

    @Test
    void iaprNamesWhatHasNoPartner() throws IOException {
        iapr();
        Files.delete(folder.resolve("annotations_complete_eng/00/26.eng"));
        assertEquals(
                "iapr-tc12: images/00/26.jpg: missing text: need 26.eng",
                Failure.of(() -> IaprTc12.read(folder, FRAMING)));
        iapr();
        Files.delete(folder.resolve("images/00/26.jpg"));
        assertEquals(
                "iapr-tc12: annotations_complete_eng/00/26.eng: text without its image: need 26.jpg",
                Failure.of(() -> IaprTc12.read(folder, FRAMING)));
        iapr();
        write("saiapr_tc-12/01/labels.txt", "1000 1 30\n77 1 30\n");
        assertTrue(Failure.of(() -> IaprTc12.read(folder, FRAMING))
                .endsWith("line 2: a label without its photograph: there is no 77.jpg"));
        iapr();
        write("annotations_complete_eng/00/25.eng", "<DOC><DESCRIPTION>open");
        assertTrue(Failure.of(() -> IaprTc12.read(folder, FRAMING)).contains("25.eng: broken XML: "));
        write("annotations_complete_eng/00/25.eng", "<DOC/>");
        assertTrue(Failure.of(() -> IaprTc12.read(folder, FRAMING)).endsWith("25.eng: has no DESCRIPTION"));
        write(
                "annotations_complete_eng/00/25.eng",
                "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><DOC><DESCRIPTION>&x;</DESCRIPTION></DOC>");
        assertTrue(Failure.of(() -> IaprTc12.read(folder, FRAMING)).contains("25.eng: broken XML: "));
    }

    private void coco(String annotations, String captions) throws IOException {
        write(
                "annotations/instances_val2014.json",
                "{\"info\":{\"year\":[2014]},\"images\":[{\"id\":9,\"file_name\":\"b.jpg\",\"width\":8},{\"id\":3,\"file_name\":\"a.jpg\"},"
                        + "{\"id\":4,\"file_name\":\"empty.jpg\"}],\"annotations\":[" + annotations
                        + "],\"categories\":[{\"id\":90,\"name\":\"brush\"},{\"id\":1,\"name\":\"person\"},{\"id\":13,\"name\":\"stop sign\"}]}");
        write("annotations/captions_val2014.json", "{\"annotations\":[" + captions + "]}");
        TestPictures.write(folder.resolve("val2014/a.jpg"), 8, 8, 0x404040);
        TestPictures.write(folder.resolve("val2014/b.jpg"), 8, 8, 0x808080);
    }

    private static final String OBJECTS =
            "{\"segmentation\":[[1,2,[3]]],\"image_id\":3,\"bbox\":[0,0,1,1],\"category_id\":90,\"id\":1},"
                    + "{\"image_id\":9,\"category_id\":1,\"segmentation\":{\"counts\":[1],\"size\":[2,2]}},"
                    + "{\"image_id\":9,\"category_id\":90},{\"image_id\":9,\"category_id\":1}";
    private static final String CAPTIONS =
            "{\"image_id\":9,\"caption\":\"Two people.\",\"id\":5},{\"image_id\":3,\"caption\":\"A brush\"},"
                    + "{\"image_id\":9,\"caption\":\"Some cats\"},{\"image_id\":4,\"caption\":\"Nothing\"}";

    @Test
    void cocoHasPhotographsWithObjectsAndTheirFirstCaptions() throws IOException {
        coco(OBJECTS, CAPTIONS);
        Dataset set = Coco.read(folder, FRAMING, List.of("val2014"), Coco.Captions.FIRST);
        assertEquals(List.of("val2014/b.jpg", "val2014/a.jpg"), set.ids());
        assertEquals(List.of("person", "stop sign", "brush"), set.classes());
        assertTrue(
                set.labels().has(0, 0) && set.labels().has(0, 2) && set.labels().has(1, 2));
        assertFalse(set.labels().has(1, 0));
        assertEquals(
                List.of("two", "people"),
                ((TextSet) set.texts().orElseThrow()).texts().get(0));
        Dataset all = Coco.read(folder, FRAMING, List.of("val2014"), Coco.Captions.ALL);
        assertEquals(
                List.of("two", "people", "some", "cats"),
                ((TextSet) all.texts().orElseThrow()).texts().get(0));
        PairedSplit pairs = set.pairs(
                new int[] {0},
                new int[] {1},
                Map.of("training", new int[] {1}),
                Optional.of(new Dataset.Vocabulary(1, TermWeighting.BINARY)));
        assertArrayEquals(new float[] {0}, pairs.texts().query().raw());
        assertEquals(0x80, pairs.images().query().raw()[0], 2);
    }

    @Test
    void cocoNamesWhatHasNoPartner() throws IOException {
        coco(OBJECTS, "{\"image_id\":9,\"caption\":\"x\"}");
        assertTrue(read().endsWith("captions_val2014.json: missing text: image 3 has no caption"));
        coco(OBJECTS, "{\"image_id\":77,\"caption\":\"x\"}");
        assertTrue(read().endsWith("annotations[0]: a caption without its photograph: image_id 77"));
        coco("{\"image_id\":5,\"category_id\":1}", CAPTIONS);
        assertTrue(read().endsWith("a label without its photograph: image_id 5 is not among the images"));
        coco("{\"image_id\":3,\"category_id\":2}", CAPTIONS);
        assertTrue(read().endsWith("image 3 has categories [2], not all of which are among the categories"));
        coco("{\"image_id\":3}", CAPTIONS);
        assertTrue(read().endsWith("annotations[0]: has no category_id"));
        coco("{\"image_id\":\"x\",\"category_id\":1}", CAPTIONS);
        assertTrue(read().endsWith("image_id: expected a whole number, found 'x'"));
        coco(OBJECTS + ",{", CAPTIONS);
        assertTrue(read().contains("instances_val2014.json: broken JSON: "));
        coco(OBJECTS, CAPTIONS);
        Files.delete(folder.resolve("val2014/a.jpg"));
        assertTrue(read().endsWith("val2014/a.jpg: no such picture or not readable"));
        write("annotations/instances_val2014.json", "[]");
        assertTrue(read().endsWith("expected one JSON object with arrays in it"));
    }

    private String read() {
        return Failure.of(() -> Coco.read(folder, FRAMING, List.of("val2014"), Coco.Captions.FIRST));
    }
}
