/** Closed-form and discrete steps of the methods, on the host in double precision. */
@NullMarked
package org.hashgrad.hashing.step;

import org.jspecify.annotations.NullMarked;
