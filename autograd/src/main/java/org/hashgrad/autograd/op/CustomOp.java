package org.hashgrad.autograd.op;

/** The open door of the sealed {@link Op}: an op defined outside this package, checked with {@code GradientCheck} like any other. */
public non-sealed interface CustomOp extends Op {}
