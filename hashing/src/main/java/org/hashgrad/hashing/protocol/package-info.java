/** Experimental protocols: splits, training, evaluation and run folders. */
@NullMarked
package org.hashgrad.hashing.protocol;

import org.jspecify.annotations.NullMarked;
