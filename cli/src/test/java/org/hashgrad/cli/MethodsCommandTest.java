package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hashgrad.hashing.method.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MethodsCommandTest {
    @Test
    void everyShippedMethodIsListedWithPaperPlaceObjectiveAndKeys(@TempDir Path folder) throws IOException {
        Path json = folder.resolve("methods.json");
        Path markdown = folder.resolve("methods.md");
        Called called = Called.with("methods", "--json", json.toString(), "--markdown", markdown.toString())
                .endsWith(0)
                .saying("Zhu, Long, Wang, Cao, AAAI 2016", "data-dependent, supervised, pairwise", "loss.lambda=0.1");
        List<String> names = new ArrayList<>();
        for (JsonNode method : new ObjectMapper().readTree(json.toFile())) {
            names.add(method.required("name").asText());
            assertTrue(method.required("equation").size() > 0, method::toString);
            assertTrue(method.required("place").size() >= 3, method::toString);
        }
        List<String> shipped = Method.shipped().stream().map(Method::name).toList();
        assertEquals(shipped, names);
        assertEquals(
                shipped,
                called.out().lines().filter(line -> line.matches("\\w+")).toList());
        assertEquals(shipped.size() + 2, Files.readAllLines(markdown).size());
    }

    @Test
    void unknownMethodIsNamedBesideThoseThereAre() {
        Called.with("methods", "dnh").endsWith(2).withOneLine("no method is named dnh", "there are dhn, ");
    }
}
