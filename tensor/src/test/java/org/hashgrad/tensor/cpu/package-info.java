/** The CPU backend against the reference, and its parts. */
@NullMarked
package org.hashgrad.tensor.cpu;

import org.jspecify.annotations.NullMarked;
