/** Binary codes: binarising, packing, Hamming distance and search. */
@NullMarked
package org.hashgrad.hashing.code;

import org.jspecify.annotations.NullMarked;
