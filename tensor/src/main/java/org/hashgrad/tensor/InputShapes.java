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

    /** (n, m), when the inputs begin with u (n, k) and v (m, k). @throws ShapeException when they do not */
    static Shape pairs(String operation, List<Shape> inputs) {
        Shape u = inputs.get(0);
        Shape v = inputs.get(1);
        if (u.rank() != 2 || v.rank() != 2 || u.dim(1) != v.dim(1)) {
            throw new ShapeException(operation + ": need u (n, k) and v (m, k) of equal k, got u " + u + ", v " + v);
        }
        return Shape.of(u.dim(0), v.dim(0));
    }

    /** @throws IllegalArgumentException unless {@code wanted} is from 1 to {@code most} */
    static void leading(String operation, int wanted, int most) {
        if (wanted < 1 || wanted > most) {
            throw new IllegalArgumentException(
                    operation + ": need a number of inputs from 1 to " + most + ", got " + wanted);
        }
    }

    /**
     * Output shapes of the fused gradient of {@code primitive}, which has {@code arguments} inputs of its own, by all that have one.
     *
     * @throws ShapeException unless {@code inputs} are those of the primitive, its output y and the cotangent gy
     */
    static List<Shape> ofGradient(String operation, FusedPrimitive primitive, int arguments, List<Shape> inputs) {
        return ofGradient(operation, primitive, arguments, primitive.differentiableInputs(), inputs);
    }

    /** As above, by the first {@code wanted} inputs. */
    static List<Shape> ofGradient(
            String operation, FusedPrimitive primitive, int arguments, int wanted, List<Shape> inputs) {
        count(operation, inputs, arguments + 2);
        Shape y = primitive.outputShapes(inputs.subList(0, arguments)).get(0);
        for (int i = arguments; i < inputs.size(); i++) {
            if (!inputs.get(i).equals(y)) {
                throw new ShapeException(
                        operation + ": " + (i == arguments ? "y" : "gy") + " is " + inputs.get(i) + ", need " + y);
            }
        }
        return List.copyOf(inputs.subList(0, wanted));
    }
}
