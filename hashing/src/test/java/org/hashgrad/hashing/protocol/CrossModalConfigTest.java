package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hashgrad.hashing.data.PairedSplit;
import org.hashgrad.hashing.data.TestPictures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys a configuration of two media has, by its data and its method. */
class CrossModalConfigTest {
    private static final Path CONFIGS = Path.of("..", "configs");
    private static final int PHOTOGRAPHS = 12;

    private final Path folder;

    CrossModalConfigTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** MS COCO in small: every caption has "two" once and "cats" twice, and a word of its own. */
    private String coco() throws IOException {
        List<String> images = new ArrayList<>();
        List<String> objects = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        for (int i = 1; i <= PHOTOGRAPHS; i++) {
            images.add("{'id':" + i + ",'file_name':'" + i + ".jpg'}");
            objects.add("{'image_id':" + i + ",'category_id':" + (1 + i % 2) + "}");
            captions.add("{'image_id':" + i + ",'caption':'two cats cats word" + (char) ('a' + i) + "'}");
            TestPictures.write(folder.resolve("train2014/" + i + ".jpg"), 8, 8, i);
        }
        String categories = "],'categories':[{'id':1,'name':'cat'},{'id':2,'name':'dog'}]}";
        String annotations = "annotations/instances_";
        write(annotations + "train2014.json", "{'images':[", images, "],'annotations':[", objects, categories);
        write(annotations + "val2014.json", "{'images':[", List.of(), "],'annotations':[", List.of(), categories);
        write("annotations/captions_train2014.json", "{'annotations':[", captions, "]}", List.of(), "");
        write("annotations/captions_val2014.json", "{'annotations':[", List.of(), "]}", List.of(), "");
        return "data=coco:" + folder + "?side=8";
    }

    private void write(String file, String a, List<String> first, String b, List<String> second, String c)
            throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.resolveSibling("."));
        String json = a + String.join(",", first) + b + String.join(",", second) + c;
        Files.writeString(path, json.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dcmh.yaml", "ssah.yaml", "cmch.yaml"})
    void shippedConfigurationCountsTheWordsOfCaptionsAsItSays(String config) throws IOException {
        String data = coco();
        RunConfig read = RunConfig.read(CONFIGS.resolve(config), List.of(data));
        PairedSplit pairs = read.pairs();
        assertEquals(2, pairs.texts().training().sample().size(), "words of at least 4 captions");
        assertEquals(1, pairs.texts().training().raw()[0]);
        RunConfig other =
                RunConfig.read(CONFIGS.resolve(config), List.of(data, "texts.minDocuments=1", "texts.weighting=count"));
        PairedSplit counted = other.pairs();
        int training = counted.texts().training().count();
        assertEquals(2 + training, counted.texts().training().sample().size(), "and one of each training caption");
        assertEquals(2, counted.texts().training().raw()[0], "cats");
        assertEquals(other, RunConfig.of(other.toMap(), List.of()));
        assertFalse(other.flat().containsKey("texts.form"), "which words count is a question of OpenClipart's texts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv:x", "iapr-tc12:x", "coco:x", "packed:x"})
    void wordsThatAreCountedHereHaveTheirKeys(String data) {
        RunConfig config = RunConfig.of(Map.of("method", "cmch", "data", data), List.of("texts.minDocuments=7"));
        assertEquals(7, config.texts().minDocuments());
        assertEquals(7, config.flat().get("texts.minDocuments"));
    }

    @ParameterizedTest
    @CsvSource({
        "mirflickr:x, texts.minDocuments=7",
        "nus-wide-21:x, texts.weighting=count",
        "iapr-tc12:x.mat, texts.minDocuments=7",
        "paired:x, texts.weighting=tf-idf",
        "coco:x, texts.form=full",
        "coco:x, train.augment=false"
    })
    void keyOfOtherDataIsRefusedUnlessItSaysItsDefault(String data, String override) {
        String key = override.substring(0, override.indexOf('='));
        Map<String, Object> method = Map.of("method", "dcmh", "data", data);
        assertEquals(
                "config: -o: " + key + ": has no meaning for method dcmh on data " + data,
                assertThrows(ConfigException.class, () -> RunConfig.of(method, List.of(override)))
                        .getMessage());
        RunConfig shipped = RunConfig.read(CONFIGS.resolve("dcmh.yaml"), List.of("data=" + data));
        assertFalse(shipped.flat().containsKey(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"own", "other"})
    void adversaryWithoutALabelNetworkIsRefused(String anchor) {
        Map<String, Object> ssah = Map.of("method", "ssah");
        String needs = "need adversary.weight 0, as discriminators know the label network's features";
        assertEquals(
                "config: -o: anchor is " + anchor + " with adversary.weight 0.001; " + needs,
                assertThrows(ConfigException.class, () -> RunConfig.of(ssah, List.of("anchor=" + anchor)))
                        .getMessage());
        RunConfig.of(ssah, List.of("anchor=" + anchor, "adversary.weight=0"));
        RunConfig.of(ssah, List.of("anchor=labels", "adversary.weight=0.5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.1", "1", "1.5", "inf"})
    void dropoutOfFeaturesThatIsNoProbabilityIsRefused(String dropout) {
        for (String medium : List.of("image", "text")) {
            var thrown = assertThrows(
                    ConfigException.class,
                    () -> RunConfig.of(Map.of("method", "ssah"), List.of(medium + ".dropout=" + dropout)));
            String message = String.valueOf(thrown.getMessage());
            assertTrue(message.startsWith("config: -o: " + medium + ".dropout is "), message);
            assertTrue(message.endsWith("; need >= 0 and < 1"), message);
        }
    }

    @Test
    void methodOfPairsOnOneMediumListsEveryKindOfPairs() {
        var thrown = assertThrows(
                ConfigException.class, () -> RunConfig.of(Map.of("method", "dcmh", "data", "embedded"), List.of()));
        assertEquals(
                "config: data: method dcmh takes pairs: openclipart, openclipart:N, openclipart:FOLDER,"
                        + " openclipart-validation, paired:FOLDER, csv:PLACE, mirflickr:PLACE, nus-wide-10:PLACE, nus-wide-21:PLACE,"
                        + " nus-wide-81:PLACE, iapr-tc12:PLACE, coco:PLACE, packed:PLACE; found 'embedded'",
                thrown.getMessage());
    }
}
