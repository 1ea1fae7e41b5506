package org.hashgrad.hashing.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import org.hashgrad.hashing.data.PictureSet;
import org.hashgrad.hashing.data.SampleSet;
import org.hashgrad.hashing.data.TestPictures;
import org.hashgrad.hashing.loss.AdversaryLoss;
import org.hashgrad.hashing.loss.CauchyLoss;
import org.hashgrad.hashing.loss.CmchLoss;
import org.hashgrad.hashing.loss.DcmhLoss;
import org.hashgrad.hashing.loss.DpshLoss;
import org.hashgrad.hashing.loss.Reduction;
import org.hashgrad.hashing.method.Cmch;
import org.hashgrad.hashing.method.Dcmh;
import org.hashgrad.hashing.method.Ssah;
import org.hashgrad.hashing.method.SsahObjective;
import org.hashgrad.nn.Schedule;
import org.hashgrad.nn.model.Architecture;
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
                        + " nus-wide-81:PLACE, iapr-tc12:PLACE, coco:PLACE, packed:PLACE, DATA?texts=FOLDER, DATA?images=FOLDER; found 'embedded'",
                thrown.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "network=dense|network: has no meaning for method dcmh on data openclipart",
                "optimizer.rate=1|optimizer.rate: has no meaning for method dcmh on data openclipart",
                "train.pretrain=1|train.pretrain: has no meaning for method dcmh on data openclipart",
                "image.rate=1|unknown key 'image.rate'; nearest: image.optimizer.rate",
                "text.units=0|text.units is 0; need >= 1",
                "train.evaluateEvery=-1|train.evaluateEvery: expected >= 0, found '-1'",
            })
    void keysWithoutAMeaningAreRefused(String override, String message) {
        var thrown =
                assertThrows(ConfigException.class, () -> RunConfig.of(Map.of("method", "dcmh"), List.of(override)));
        assertEquals("config: -o: " + message, thrown.getMessage());
    }

    @Test
    void keysOfTextsHaveNoMeaningForFeaturesNorForOneMedium() {
        var thrown = assertThrows(
                ConfigException.class,
                () -> RunConfig.of(Map.of("method", "dcmh", "data", "paired:x"), List.of("texts.form=full")));
        assertEquals("config: -o: texts.form: has no meaning for method dcmh on data paired:x", thrown.getMessage());
        thrown = assertThrows(
                ConfigException.class, () -> RunConfig.of(Map.of("method", "dhn"), List.of("train.augment=true")));
        assertEquals("config: -o: train.augment: has no meaning for method dhn on data embedded", thrown.getMessage());
        thrown = assertThrows(
                ConfigException.class, () -> RunConfig.of(Map.of("method", "dhn", "data", "paired:x"), List.of()));
        assertTrue(String.valueOf(thrown.getMessage()).contains("method dhn takes one medium; found 'paired:x'"));
    }

    @Test
    void networkThatTakesLevelsIsGivenThemLessTheirMean() throws IOException {
        RunConfig standard = RunConfig.of(Map.of("method", "dcmh", "texts.minDocuments", 1), List.of(coco()));
        RunConfig levels = RunConfig.of(standard.toMap(), List.of("image.network=cnn-f"));
        SampleSet pictures = standard.pairs().images().training();
        float[] raw = pictures.raw();
        float[] given = new float[raw.length / pictures.count()];
        Inputs.of(levels, pictures).samples(pictures).rows().put(0, given, 0);
        assertEquals(raw[5] - 0.45 * 255, given[5], 1e-4);
        Inputs.of(standard, pictures).samples(pictures).rows().put(0, given, 0);
        assertEquals((raw[5] / 255 - 0.45) / 0.225, given[5], 1e-6);
    }

    private static RunConfig shipped(String file) {
        return RunConfig.read(CONFIGS.resolve(file), List.of());
    }

    @Test
    void configurationsOfThePapersHaveTheirObjectivesAndOrders() {
        Ssah paper = (Ssah) shipped("ssah-paper.yaml").method();
        assertEquals(SsahObjective.paper(), paper.loss());
        assertEquals(Ssah.Order.GENERATORS_FIRST, paper.order());
        assertEquals(AdversaryLoss.Form.LEAST_SQUARES, paper.adversary().form());
        Ssah code = (Ssah) shipped("ssah-code.yaml").method();
        assertEquals(SsahObjective.code(), code.loss());
        assertEquals(Ssah.Order.ADVERSARY_SECOND, code.order());
        assertEquals(AdversaryLoss.Form.CROSS_ENTROPY, code.adversary().form());
        assertFalse(code.adversary().reaches());
        Cmch cauchy = (Cmch) shipped("cmch-paper.yaml").method();
        assertEquals(Cmch.defaults().loss(), cauchy.loss());
        assertEquals(
                CmchLoss.paper(1, 10, CauchyLoss.Distance.INNER),
                new CmchLoss(
                        cauchy.loss().alpha(),
                        cauchy.loss().gamma(),
                        cauchy.loss().distance(),
                        cauchy.loss().floor(),
                        cauchy.loss().balance(),
                        DpshLoss.Normalization.SUM));
        assertEquals(Cmch.defaults().image().optimizer(), cauchy.image().optimizer());
        assertEquals(Cmch.defaults().text().optimizer(), cauchy.text().optimizer());
        assertEquals(Architecture.SMALL_RESNET, cauchy.image().network());
        assertTrue(cauchy.text().boltzmann().epochs() > 0);
        DcmhLoss dcmh = ((Dcmh) shipped("dcmh-paper.yaml").method()).loss();
        assertEquals(DcmhLoss.paper(), new DcmhLoss(dcmh.gamma(), dcmh.eta(), dcmh.balance(), Reduction.SUM));
        for (String file : List.of("ssah-paper.yaml", "ssah-code.yaml", "cmch-paper.yaml", "dcmh-paper.yaml")) {
            assertFalse(shipped(file).train().augment(), file);
        }
    }

    /** At the first, a middle and the last epoch. */
    @Test
    void ratesOfThePapersFallAsThePapersSay() {
        Schedule dcmh =
                ((Dcmh) shipped("dcmh-paper.yaml").method()).text().optimizer().rates();
        assertEquals(Math.pow(10, -1.5), dcmh.rate(0, 500), 1e-12);
        assertEquals(1e-3, dcmh.rate(499, 500), 1e-12);
        Schedule cauchy =
                ((Cmch) shipped("cmch-paper.yaml").method()).text().optimizer().rates();
        assertEquals(3e-4, cauchy.rate(14, 100), 1e-18);
        assertEquals(1.5e-4, cauchy.rate(15, 100), 1e-18);
        assertEquals(3e-4 / 64, cauchy.rate(99, 100), 1e-18);
    }

    @Test
    void linearCodesOfPicturesInFilesAreThoseOfTheirFeatures() throws IOException {
        PairedSplit pairs = RunConfig.of(Map.of("method", "dcmh", "texts.minDocuments", 1), List.of(coco()))
                .pairs();
        PictureSet files = (PictureSet) pairs.images().training();
        SampleSet held = files.inMemory();
        SampleSet texts = pairs.texts().training();
        byte[] expected =
                LinearPairCodes.of(held, texts, 8, 0, 100, 1).imageCodes(held).toPackedBytes();
        assertArrayEquals(
                expected,
                LinearPairCodes.of(files, texts, 8, 0, 100, 1).imageCodes(files).toPackedBytes());
        assertArrayEquals(ImageFeatures.of(held), ImageFeatures.of(files));
    }
}
