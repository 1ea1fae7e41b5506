/** Shapes, tensors and scopes, the closed vocabulary of primitives, and the interface that a backend implements. */
@NullMarked
package org.hashgrad.tensor;

import org.jspecify.annotations.NullMarked;
