package org.hashgrad.hashing.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.hashgrad.autograd.check.CheckReport;
import org.hashgrad.autograd.check.CheckRow;
import org.hashgrad.autograd.check.Failure;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.ShapeException;
import org.hashgrad.tensor.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The check finds mistakes in every shipped loss, and names those it knows. */
class LossMutantsTest {
    private static final List<LossCheck.Size> SIZES = List.of(new LossCheck.Size(4, 4, 3), new LossCheck.Size(5, 3, 2));
    private static final int MUTANTS_AT_LEAST = 200;

    /** Those that ship, and one of each kind whether one ships or not. */
    static List<ShippedLosses.Named> losses() {
        List<ShippedLosses.Named> losses = new ArrayList<>(ShippedLosses.all());
        losses.add(new ShippedLosses.Named("a triplet loss", new OtherKinds.OfTriplets(0.5)));
        losses.add(new ShippedLosses.Named("a target loss", new OtherKinds.OfTargets(0.3)));
        return losses;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void everyMutantIsFoundAndNamed(ShippedLosses.Named shipped) {
        List<String> missed = new ArrayList<>();
        try (Backend backend = new ReferenceBackend()) {
            for (LossMutants.Mutant mutant : LossMutants.of(shipped.loss())) {
                CheckReport report;
                try {
                    report = new LossCheck(shipped.name(), mutant.loss()).run(backend, 1, SIZES);
                } catch (ShapeException e) {
                    assertTrue(String.valueOf(e.getMessage()).contains("another order than the inputs"), e::getMessage);
                    continue;
                }
                String likely = report.failures().stream().map(Failure::likely).collect(Collectors.joining(" | "));
                if (report.rows().stream().allMatch(CheckRow::passed)) {
                    missed.add(mutant.name() + ": not found");
                } else if (!mutant.named().isEmpty()
                        && mutant.named().stream().noneMatch(mistake -> likely.contains(mistake.toString()))) {
                    missed.add(mutant.name() + ": need " + mutant.named() + ", named '" + likely + "'");
                }
            }
            assertEquals(0, backend.liveBytes());
        }
        assertEquals(List.of(), missed);
    }

    @Test
    void thereAreAtLeastTwoHundredMutants() {
        int count = ShippedLosses.all().stream()
                .mapToInt(shipped -> LossMutants.of(shipped.loss()).size())
                .sum();
        assertTrue(count >= MUTANTS_AT_LEAST, count + " mutants");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void unmutatedWrapperPasses(ShippedLosses.Named shipped) {
        try (Backend backend = new ReferenceBackend()) {
            CheckReport report =
                    new LossCheck(shipped.name(), LossMutants.unchanged(shipped.loss())).run(backend, 1, SIZES);
            assertTrue(report.rows().stream().allMatch(CheckRow::passed), report::toString);
        }
    }
}
