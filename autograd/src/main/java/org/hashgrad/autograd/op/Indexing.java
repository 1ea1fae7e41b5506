package org.hashgrad.autograd.op;

import java.util.List;
import org.hashgrad.autograd.Inputs;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.IndexTensor;
import org.hashgrad.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Rows picked and rows added up by index; each is the adjoint of the other. */
public sealed interface Indexing extends Op {
    /** x (n, …), rows (m) → y (m, …), y_i = x_rows[i]. */
    record GatherRows(IndexTensor rows) implements Indexing {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.gatherRows(x.get(0), rows);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Cotangents.of(
                    gy.apply(new ScatterAddRows(rows, x.get(0).shape().dim(0))));
        }
    }

    /** x (m, …), rows (m) → y (rowCount, …), y_r = Σ x_i over rows[i] = r. */
    record ScatterAddRows(IndexTensor rows, int rowCount) implements Indexing {
        @Override
        public Tensor forward(Backend backend, List<Tensor> x) {
            return backend.scatterAddRows(x.get(0), rows, rowCount);
        }

        @Override
        public List<@Nullable Variable> vjp(Variable gy, Variable y, Inputs x) {
            return Cotangents.of(gy.apply(new GatherRows(rows)));
        }
    }
}
