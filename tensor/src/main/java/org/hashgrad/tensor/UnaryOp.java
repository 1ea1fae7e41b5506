package org.hashgrad.tensor;

/**
 * Elementwise functions of one argument. NaN in gives NaN out for every one of them, {@link #SGN} and {@link #RELU} included.
 */
public enum UnaryOp {
    /** −x */
    NEG,
    /** |x| */
    ABS,
    /** sgn(x) with sgn(0) = sgn(−0) = +1 (the papers' convention), so a code bit is never 0. */
    SGN,
    /** x² */
    SQUARE,
    /** √x */
    SQRT,
    /** 1/x */
    RECIPROCAL,
    /** eˣ */
    EXP,
    /** natural logarithm */
    LOG,
    /** tanh x */
    TANH,
    /** σ(x) = 1/(1+e⁻ˣ), computed as eˣ/(1+eˣ) for x &lt; 0 */
    SIGMOID,
    /** log(1+eˣ) = max(x,0) + log1p(e^−|x|) */
    SOFTPLUS,
    /** log cosh x = |x| + log1p(e^−2|x|) − log 2; in F64 log1p(2 sinh²(x/2)) for |x| &lt; 1, where the former cancels */
    LOG_COSH,
    /** max(x, 0) */
    RELU
}
