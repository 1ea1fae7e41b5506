/** Checks that cross modules: conformance of backends, gradients, losses and the architecture itself. */
@NullMarked
package org.hashgrad.conformance;

import org.jspecify.annotations.NullMarked;
