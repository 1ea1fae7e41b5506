/** Differentiable operations, each a record that holds its forward rule and its vector-Jacobian product. */
@NullMarked
package org.hashgrad.autograd.op;

import org.jspecify.annotations.NullMarked;
