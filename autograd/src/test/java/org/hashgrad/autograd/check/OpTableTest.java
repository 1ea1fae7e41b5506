package org.hashgrad.autograd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hashgrad.autograd.OnReference;
import org.hashgrad.autograd.op.CustomOp;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.autograd.op.Op;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.FusedPrimitive;
import org.hashgrad.tensor.MovingMoments;
import org.hashgrad.tensor.OptimizerUpdate;
import org.hashgrad.tensor.PairwiseLogistic;
import org.hashgrad.tensor.RowReplacement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(OnReference.class)
class OpTableTest {
    static Stream<OpTable.Row> rows() {
        return OpTable.rows().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void gradientsOfBothOrdersMatchCentralDifferences(OpTable.Row row, Backend backend) {
        CheckReport report = row.check(backend);
        report.assertPassed();
        assertEquals(
                List.of("numeric", "orders", "second order"),
                report.rows().stream().map(CheckRow::check).toList());
    }

    @Test
    void everySealedOpAndFusedPrimitiveHasARow() {
        Set<Class<?>> records = new LinkedHashSet<>();
        collect(Op.class, records);
        collect(FusedPrimitive.class, records);
        assertTrue(records.size() > 45, "found only " + records);
        Set<Class<?>> covered = rows().map(OpTable.Row::covers).collect(Collectors.toSet());
        List<Class<?>> missing =
                records.stream().filter(record -> !covered.contains(record)).toList();
        assertEquals(List.of(), missing, "records without a row in the op table");
    }

    private static void collect(Class<?> type, Set<Class<?>> records) {
        if (type == CustomOp.class || type == OptimizerUpdate.class) {
            return;
        }
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                collect(permitted, records);
            }
        } else if (type != Fused.class
                && type != MovingMoments.class
                && type != RowReplacement.class
                && type != PairwiseLogistic.Within.class // the gradient where both codes are one variable
                && !type.getSimpleName().equals("Gradient")) {
            records.add(type);
        }
    }

    @Test
    void rowNamesAreDistinct() {
        List<String> names = rows().map(OpTable.Row::name).toList();
        assertEquals(names.size(), Set.copyOf(names).size());
    }
}
