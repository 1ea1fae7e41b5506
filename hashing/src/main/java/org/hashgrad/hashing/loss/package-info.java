/** Objectives of the hashing literature, one class per paper. */
@NullMarked
package org.hashgrad.hashing.loss;

import org.jspecify.annotations.NullMarked;
