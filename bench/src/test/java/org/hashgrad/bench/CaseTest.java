package org.hashgrad.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every benchmark's set-up, which checks its result, and one call, at small sizes. */
class CaseTest {
    static {
        System.setProperty("hashgrad.home", "..");
    }

    private static Stream<String> small() {
        return Stream.concat(
                Stream.of(
                        "Decode format=jpg work=decode threads=2",
                        "Decode format=png work=decode-resize threads=1",
                        "Hamming codes=uniform search=nearest:100 size=3x2100x64 implementation=flat",
                        "Hamming codes=clustered search=radius:2 size=3x2100x128 implementation=multi",
                        "Alternation method=dcmh work=epoch data=openclipart:160 implementation=cpu",
                        "Alternation method=ssah work=networks data=openclipart:160 implementation=cpu",
                        "Retrieval labels=single orders=averaged items=300",
                        "Retrieval labels=multi orders=averaged+stable items=301"),
                onBackends());
    }

    private static Stream<String> onBackends() {
        return Stream.of("cpu", "opencl")
                .flatMap(on -> Stream.of(
                        "Matmul size=9x17x5 form=nn implementation=" + on,
                        "Matmul size=9x17x5 form=nt implementation=" + on,
                        "Matmul size=9x17x5 form=tn implementation=" + on,
                        "Convolution layer=2x3x5x3x7 pass=forward implementation=" + on,
                        "Convolution layer=2x3x5x5x11x2x1 pass=input-gradient implementation=" + on,
                        "Convolution layer=2x3x5x3x7 pass=weight-gradient implementation=" + on,
                        "ConvChain chain=3x3x5@6 pass=forward batch=2 implementation=" + on,
                        "ConvChain chain=5x5x3@7 pass=all batch=2 implementation=" + on,
                        "ConvChain chain=alexnet pass=all batch=1 implementation=" + on,
                        "Pooling kind=max pass=forward size=2x3x7 implementation=" + on,
                        "Pooling kind=max pass=gradient size=2x3x7 implementation=" + on,
                        "Pooling kind=average pass=forward size=2x3x7 implementation=" + on,
                        "Pooling kind=average pass=gradient size=2x3x7 implementation=" + on,
                        "OnePass op=bias-relu size=2x3x7 implementation=" + on,
                        "OnePass op=response size=2x7x5 implementation=" + on,
                        "OnePass op=log-softmax size=2x3x7 implementation=" + on,
                        "OnePass op=sum-rows size=2x3x7 implementation=" + on,
                        "OnePass op=sum-columns size=2x3x7 implementation=" + on,
                        "OnePass op=transpose size=2x3x7 implementation=" + on,
                        "OnePass op=gather-rows size=2x3x7 implementation=" + on,
                        "BatchNorm pass=forward size=4x3x5 implementation=" + on,
                        "BatchNorm pass=gradient size=4x3x5 implementation=" + on,
                        "Elementwise op=EXP n=101 implementation=" + on,
                        "Elementwise op=ADD n=101 implementation=" + on,
                        "Optimizer rule=sgd n=101 implementation=" + on,
                        "Optimizer rule=adam n=101 implementation=" + on,
                        "Tanh n=101 implementation=" + on,
                        "LogCosh n=33 implementation=" + on,
                        "PairwiseLoss size=17x12 implementation=" + on,
                        "PairwiseBank size=9x20x12 implementation=" + on,
                        "TripletLoss.tripletLoss size=4x500x12 implementation=" + on,
                        "TripletLoss.tripletBank size=4x1000x12 implementation=" + on,
                        "Loss.value size=8x12 implementation=" + on,
                        "Loss.valueAndGradient size=8x12 implementation=" + on,
                        "TrainingStep network=demo batch=4 side=12 implementation=" + on,
                        "TrainingStep network=colour batch=4 side=12 implementation=" + on));
    }

    @ParameterizedTest
    @MethodSource("small")
    void aBenchmarkIsPreparedCheckedAndCalled(String text) {
        try (Case chosen = new Case(text)) {
            assertNotNull(chosen.call());
        }
    }

    @Test
    void plainJavaAndTheBackendsAgreeOnEveryFormOfTheProduct() {
        for (String form : new String[] {"nn", "nt", "tn"}) {
            for (String implementation : new String[] {"java-loops", "cpu", "opencl"}) {
                try (Case chosen = new Case("Matmul size=9x17x5 form=" + form + " implementation=" + implementation)) {
                    assertNotNull(chosen.call());
                }
            }
        }
    }

    /** The list that the annotation processor wrote, against the cases above. */
    @Test
    void noBenchmarkIsLeftOut() throws IOException {
        try (var list = Case.class.getResourceAsStream("/META-INF/BenchmarkList")) {
            assertNotNull(list, "no list of benchmarks");
            String text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
            Set<String> listed = new TreeSet<>();
            var names =
                    Pattern.compile("org\\.hashgrad\\.bench\\.(\\w+)Benchmark").matcher(text);
            while (names.find()) {
                listed.add(names.group(1));
            }
            Set<String> covered = small().map(
                            c -> c.substring(0, c.indexOf(' ')).replaceAll("\\..*", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(listed, covered);
        }
    }

    @Test
    void whatThereIsNotIsRefusedByName() {
        refused("there is no benchmark 'Matmull'", "Matmull size=1x1x1");
        refused("no parameter sise", "Matmul sise=1x1x1 implementation=cpu");
        refused("need key=value, got 'size'", "Matmul size");
        refused("names 2 benchmarks; need 1", "TripletLoss size=1x1x1");
        refused("names 0 benchmarks; need 1", "Matmul.product size=1x1x1");
        refused("there are alexnet, alexnet-3x3", "ConvChain chain=vgg implementation=cpu");
        refused("there are demo, colour, alexnet", "TrainingStep network=vgg implementation=cpu");
        refused("alexnet takes side 224, got 32", "TrainingStep network=alexnet side=32 implementation=cpu");
    }

    private static void refused(String why, String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> new Case(text).close());
        assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::toString);
    }

    @Test
    void aWorkerAnswersWithTimesOrTheReason() {
        Worker worker = new Worker();
        String text = "Tanh n=101 implementation=cpu";
        assertTrue(worker.answer("run 0 " + text).startsWith("error 'Tanh n=101 implementation=cpu' is not prepared"));
        assertEquals("ok", worker.answer("prepare 0 " + text));
        String times = worker.answer("run 0 " + text);
        assertTrue(times.matches("ok \\d+\\.\\d+ \\d+\\.\\d+ 3"), times);
        assertTrue(worker.answer("stop").startsWith("error need prepare or run"));
    }

    @Test
    @Timeout(60)
    void aTrainingRunThatFailedSaysSoAtEveryStep() {
        try (TrainingRun run = new TrainingRun("absent", new StepNetwork("demo", 12), 4)) {
            assertThrows(IllegalStateException.class, run::step);
            assertThrows(IllegalStateException.class, run::step);
        }
    }
}
