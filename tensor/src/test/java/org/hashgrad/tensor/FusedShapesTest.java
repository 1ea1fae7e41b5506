package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FusedShapesTest {
    private record Case(FusedPrimitive primitive, List<Shape> inputs, List<Shape> outputs) {
        @Override
        public String toString() {
            return primitive.toString();
        }
    }

    private static Case of(FusedPrimitive primitive, List<Shape> inputs, Shape... outputs) {
        return new Case(primitive, inputs, List.of(outputs));
    }

    static Stream<Case> cases() {
        Shape x = Shape.of(2, 3, 4, 5);
        Shape c = Shape.of(3);
        Shape m = Shape.of(6, 7);
        Shape rows = Shape.of(6);
        Shape v = Shape.of(8, 7);
        Shape pairs = Shape.of(6, 8);
        FusedPrimitive local = new LocalResponseNormalization(2, 1e-4, 0.75, 2);
        Shape one = Shape.of(1, 1);
        FusedPrimitive pairwise = new PairwiseLogistic(0.5);
        FusedPrimitive triplets = new TripletLogistic(0.5, 2);
        return Stream.of(
                of(new BiasActivation(Activation.RELU), List.of(x, c), x),
                of(new BiasActivation.Gradient(Activation.RELU), List.of(x, c, x, x), x, c),
                of(
                        new ConvolutionActivation(ConvGeometry.of(1, 1), Activation.RELU),
                        List.of(x, Shape.of(6, 3, 3, 3), rows),
                        Shape.of(2, 6, 4, 5)),
                of(new BatchNormalization(1e-5, Activation.RELU), List.of(x, c, c), x),
                of(new BatchNormalization.Gradient(1e-5, Activation.RELU), List.of(x, c, c, x, x), x, c, c),
                of(new MovingMoments(0.1), List.of(x, c, c), c, c),
                of(local, List.of(x), x),
                of(local.gradient().orElseThrow(), List.of(x, x, x), x),
                of(new LogSoftmax(), List.of(m), m),
                of(new LogSoftmax.Gradient(), List.of(m, m, m), m),
                of(new LogCoshToSign(), List.of(m), rows),
                of(new LogCoshToSign.Gradient(), List.of(m, rows, rows), m),
                of(pairwise, List.of(m, v, pairs, pairs), rows),
                of(pairwise.gradient().orElseThrow(), List.of(m, v, pairs, pairs, rows, rows), m, v),
                of(pairwise, List.of(m, v, pairs, one), rows),
                of(pairwise.gradient(1).orElseThrow(), List.of(m, v, pairs, one, rows, rows), m),
                of(new PairwiseLogistic.Within(0.5), List.of(m, Shape.of(6, 6), one, rows, rows), m),
                of(triplets, List.of(m, v, pairs, pairs), rows),
                of(triplets.gradient(1).orElseThrow(), List.of(m, v, pairs, pairs, rows, rows), m),
                of(triplets.gradient().orElseThrow(), List.of(m, v, pairs, pairs, rows, rows), m, v),
                of(new RowReplacement(IndexTensor.of(7, 0, 3)), List.of(v, Shape.of(3, 7)), v),
                of(new OptimizerUpdate.Sgd(0.1, 0.9, 0, false), List.of(x, x, x), x, x));
    }

    private static void assertRefused(Case given, List<Shape> inputs) {
        var error = assertThrows(
                ShapeException.class, () -> given.primitive.outputShapes(inputs), given + " takes " + inputs);
        assertFalse(String.valueOf(error.getMessage()).contains("\n"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theNumberOfInputsIsChecked(Case given) {
        assertEquals(given.outputs, given.primitive.outputShapes(given.inputs));
        assertRefused(given, List.of());
        assertRefused(given, given.inputs.subList(0, given.inputs.size() - 1));
        List<Shape> more = new ArrayList<>(given.inputs);
        more.add(given.inputs.get(0));
        assertRefused(given, more);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theShapeOfEveryInputIsCheckedAlsoOfThoseThatAreNotRead(Case given) {
        for (int i = 0; i < given.inputs.size(); i++) {
            List<Shape> wrong = new ArrayList<>(given.inputs);
            wrong.set(i, given.inputs.size() == 1 ? Shape.of(5) : Shape.of(9, 9, 9));
            assertRefused(given, wrong);
        }
    }

    @Test
    void aWrongCotangentIsNamedWithBothShapes() {
        Shape x = Shape.of(4, 5);
        var gradient = new LogSoftmax.Gradient();
        var error = assertThrows(ShapeException.class, () -> gradient.outputShapes(List.of(x, x, Shape.of(4))));
        assertEquals("logSoftmaxGradient: gy is (4), need (4, 5)", error.getMessage());
        var few = assertThrows(ShapeException.class, () -> gradient.outputShapes(List.of(x)));
        assertEquals("logSoftmaxGradient: need 3 inputs, got [(4, 5)]", few.getMessage());
    }

    @Test
    void rowsToBeReplacedDifferAndAreThere() {
        var twice = assertThrows(IllegalArgumentException.class, () -> new RowReplacement(IndexTensor.of(5, 2, 5)));
        assertEquals("rowReplacement: row 5 occurs twice; need rows that differ", twice.getMessage());
        var none = assertThrows(IllegalArgumentException.class, () -> new RowReplacement(IndexTensor.of()));
        assertEquals("rowReplacement: no rows; need at least 1", none.getMessage());
        var outside = assertThrows(IndexOutOfBoundsException.class, () -> new RowReplacement(IndexTensor.of(0, 6))
                .outputShapes(List.of(Shape.of(6, 2), Shape.of(2, 2))));
        assertEquals("rowReplacement: rows[1] is 6, need 0 <= row < 6", outside.getMessage());
        var shorter = assertThrows(ShapeException.class, () -> new RowReplacement(IndexTensor.of(0, 5))
                .outputShapes(List.of(Shape.of(6, 2), Shape.of(2, 1))));
        assertEquals(
                "rowReplacement: need x (n, ...) and v (2, ...) of rows as long, got x (6, 2), v (2, 1)",
                shorter.getMessage());
    }

    @Test
    void constantsOutsideTheirDomainAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new LocalResponseNormalization(-1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new LocalResponseNormalization(1, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new LocalResponseNormalization(1, 1, 1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new PairwiseLogistic.Gradient(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new TripletLogistic.Gradient(1, 1, 3));
        assertThrows(IllegalArgumentException.class, () -> new BatchNormalization(0, Activation.RELU));
        assertThrows(IllegalArgumentException.class, () -> new BatchNormalization(Double.NaN, Activation.RELU));
        assertThrows(IllegalArgumentException.class, () -> new BatchNormalization.Gradient(0, Activation.RELU));
        assertThrows(IllegalArgumentException.class, () -> new MovingMoments(0));
        assertThrows(ShapeException.class, () -> new MovingMoments(1)
                .outputShapes(List.of(Shape.of(1, 2), Shape.of(2), Shape.of(2))));
        assertThrows(IllegalArgumentException.class, () -> new OptimizerUpdate.Adam(1, 0.9, 0.999, 1e-8, 0, 0));
    }
}
