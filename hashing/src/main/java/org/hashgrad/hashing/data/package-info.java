/** Data sets: readers, labels and similarity. */
@NullMarked
package org.hashgrad.hashing.data;

import org.jspecify.annotations.NullMarked;
