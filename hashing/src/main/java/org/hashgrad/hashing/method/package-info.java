/** Training algorithms of the hashing literature: loss, head, schedule and discrete steps. */
@NullMarked
package org.hashgrad.hashing.method;

import org.jspecify.annotations.NullMarked;
