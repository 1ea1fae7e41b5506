package org.hashgrad.tensor;

/** Elementwise functions of two broadcast arguments (a, b). NaN in gives NaN out, except for the two comparisons. */
public enum BinaryOp {
    /** a + b */
    ADD,
    /** a − b */
    SUB,
    /** a · b */
    MUL,
    /** a / b */
    DIV,
    /** the larger */
    MAX,
    /** the smaller */
    MIN,
    /** 1 where a &gt; b, else 0 (NaN: 0) */
    GREATER,
    /** 1 where a = b, else 0 (NaN: 0) */
    EQUAL,
    /** a · (1 − b²): the derivative of tanh from its output b, times the cotangent a */
    TANH_GRADIENT,
    /** a · b · (1 − b): the derivative of the logistic function from its output b, times the cotangent a */
    SIGMOID_GRADIENT,
    /** a where b &gt; 0, else 0 (NaN in b: NaN): the derivative of ReLU from its output b, times the cotangent a */
    RELU_GRADIENT
}
