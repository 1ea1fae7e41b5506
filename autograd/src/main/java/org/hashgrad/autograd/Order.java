package org.hashgrad.autograd;

/** How far a gradient can itself be differentiated. */
public enum Order {
    /** Records nothing, frees cotangents as they are consumed, may use fused gradients. */
    FIRST,
    /** The gradient is recorded and so is differentiable to any order. */
    DIFFERENTIABLE
}
