package org.hashgrad.autograd.op;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Shape;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Ops that move elements and compute nothing; each is linear and its vjp is its adjoint. */
public sealed interface Movement extends Op {
    /** The same elements in another shape. */
    record Reshape(Shape shape) implements Movement {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.reshape(x.get(0), shape);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Cotangents.of(gy.reshape(x.get(0).shape()));
        }
    }

    /** Axis i of y is axis {@code order[i]} of x. */
    record Permute(int... order) implements Movement {
        public Permute {
            order = order.clone();
        }

        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.permute(x.get(0), order);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            int[] inverse = new int[order.length];
            for (int i = 0; i < order.length; i++) {
                inverse[order[i]] = i;
            }
            return Cotangents.of(gy.apply(new Permute(inverse)));
        }
    }

    /** x stretched to {@code shape}; gx sums over what was stretched. */
    record BroadcastTo(Shape shape) implements Movement {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.broadcastTo(x.get(0), shape);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Cotangents.of(gy.sumTo(x.get(0).shape()));
        }
    }

    /** Elements {@code from} (inclusive) to {@code to} (exclusive) along each axis; gx pads gy with zeros. */
    record Slice(int[] from, int[] to) implements Movement {
        public Slice {
            from = from.clone();
            to = to.clone();
        }

        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.slice(x.get(0), from, to);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            int[] after = x.get(0).shape().toArray();
            for (int axis = 0; axis < after.length; axis++) {
                after[axis] -= to[axis];
            }
            return Cotangents.of(gy.apply(new Pad(from, after)));
        }
    }

    /** Zeros before and after along each axis; gx cuts them off gy. */
    record Pad(int[] before, int[] after) implements Movement {
        public Pad {
            before = before.clone();
            after = after.clone();
        }

        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.pad(x.get(0), before, after);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            int[] to = x.get(0).shape().toArray();
            for (int axis = 0; axis < to.length; axis++) {
                to[axis] += before[axis];
            }
            return Cotangents.of(gy.apply(new Slice(before, to)));
        }
    }

    /** Parts joined along {@code axis}, which may count from the end; each gets its slice of gy. */
    record Concat(int axis) implements Movement {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.concat(axis, x);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            List<@Nullable Variable> gradients = new ArrayList<>();
            int[] from = new int[y.shape().rank()];
            int along = axis < 0 ? axis + from.length : axis;
            for (int i = 0; i < x.size(); i++) {
                int[] to = y.shape().toArray();
                to[along] = from[along] + x.get(i).shape().dim(along);
                gradients.add(x.needs(i) ? gy.apply(new Slice(from, to)) : null);
                from[along] = to[along];
            }
            return gradients;
        }
    }
}
