/** The two backends that need nothing installed: the naive double-precision reference and the threaded single-precision one. */
@NullMarked
package org.hashgrad.tensor.cpu;

import org.jspecify.annotations.NullMarked;
