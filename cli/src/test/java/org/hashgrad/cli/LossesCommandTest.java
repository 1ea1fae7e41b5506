package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.loss.ShippedLosses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossesCommandTest {
    @Test
    void everyFormAndTermIsListedWithItsParameters() {
        Called called = Called.with("losses").endsWith(0);
        ShippedLosses.all().forEach(loss -> called.saying("form     " + loss.name() + ": "));
        ShippedLosses.terms().forEach(term -> called.saying("  " + term.name() + "  "));
        called.saying(
                "DhnLoss, PairLoss",
                "paper    DHN; Zhu, Long, Wang, Cao, AAAI 2016",
                "place    data-dependent, supervised, pairwise",
                "formula  C = L + λQ",
                "shapes   u (n, k), v (m, k), pairs (n, m) → scalar",
                "form     DhnLoss.caffeLayers: lambda=7.199999999999999 kappa=1.0",
                "pairs=with-diagonal");
    }

    @Test
    void likelihoodsAreDrawnWhereTheyAreWanted(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("likelihoods.png");
        Called.with("losses", "--likelihoods", file.toString()).endsWith(0).saying(file.toString());
        assertEquals(900, ImageIO.read(file.toFile()).getWidth());
        Called.with("losses", "--likelihoods", folder.toString())
                .endsWith(2)
                .withOneLine("--likelihoods " + folder + ": need a file in an existing folder");
    }

    @Test
    void textChoosesByNamePaperOrPlace() {
        Called called = Called.with("losses", "TRIPLET").endsWith(0).saying("DtshLoss");
        assertFalse(called.out().contains("DhnLoss"), called::out);
        Called.with("losses", "Zhu").endsWith(0).saying("Quantization", "DhnLoss");
        Called.with("losses", "nothing").endsWith(2).withOneLine("none has nothing");
    }

    @Test
    void listIsAlsoJson(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("losses.json");
        Called.with("losses", "--json", file.toString()).endsWith(0);
        JsonNode list = new ObjectMapper().readTree(file.toFile());
        assertEquals(ShippedLosses.all().size(), list.size());
        assertEquals("PairLoss", list.get(0).get("kind").asText());
    }
}
