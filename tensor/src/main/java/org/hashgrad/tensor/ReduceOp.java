package org.hashgrad.tensor;

/** Reductions over axes. Each backend adds in one fixed order, so a run repeats bit for bit. NaN in gives NaN out. */
public enum ReduceOp {
    SUM,
    MEAN,
    MAX
}
