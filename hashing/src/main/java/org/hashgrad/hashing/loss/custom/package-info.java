/** Losses that do not ship: from a researcher's class or source file, and weighted sums written in a configuration. */
@NullMarked
package org.hashgrad.hashing.loss.custom;

import org.jspecify.annotations.NullMarked;
