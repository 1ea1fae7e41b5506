/** Variables, passes, parameters and gradients: reverse-mode differentiation on top of any backend. */
@NullMarked
package org.hashgrad.autograd;

import org.jspecify.annotations.NullMarked;
