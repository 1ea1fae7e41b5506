/** Numeric verification of gradients by central differences, usable from any test framework. */
@NullMarked
package org.hashgrad.autograd.check;

import org.jspecify.annotations.NullMarked;
