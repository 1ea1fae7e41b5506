/** The {@code hashgrad} command line. */
@NullMarked
package org.hashgrad.cli;

import org.jspecify.annotations.NullMarked;
