package org.hashgrad.tensor;

import java.util.List;

/** The checks that fused primitives share. */
final class InputShapes {
    private InputShapes() {}

    /** @throws ShapeException unless there are {@code count} shapes */
    static void count(String operation, List<Shape> inputs, int count) {
        if (inputs.size() != count) {
            throw new ShapeException(operation + ": need " + count + " inputs, got " + inputs);
        }
    }

    /** The only input, a matrix. @throws ShapeException when it is none, or not alone */
    static Shape matrix(String operation, String argument, List<Shape> inputs) {
        count(operation, inputs, 1);
        if (inputs.get(0).rank() != 2) {
            throw new ShapeException(operation + ": need " + argument + ", got " + inputs.get(0));
        }
        return inputs.get(0);
    }

    /**
     * Output shapes of the fused gradient of {@code primitive}, which has {@code arguments} inputs of its own.
     *
     * @throws ShapeException unless {@code inputs} are those of the primitive, its output y and the cotangent gy
     */
    static List<Shape> ofGradient(String operation, FusedPrimitive primitive, int arguments, List<Shape> inputs) {
        count(operation, inputs, arguments + 2);
        Shape y = primitive.outputShapes(inputs.subList(0, arguments)).get(0);
        for (int i = arguments; i < inputs.size(); i++) {
            if (!inputs.get(i).equals(y)) {
                throw new ShapeException(
                        operation + ": " + (i == arguments ? "y" : "gy") + " is " + inputs.get(i) + ", need " + y);
            }
        }
        return List.copyOf(inputs.subList(0, primitive.differentiableInputs()));
    }
}
