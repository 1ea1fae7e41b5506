/** Modules, layers, initialisers, optimisers, learning-rate schedules and general losses. */
@NullMarked
package org.hashgrad.nn;

import org.jspecify.annotations.NullMarked;
