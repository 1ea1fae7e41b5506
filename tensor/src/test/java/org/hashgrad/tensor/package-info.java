/** Shapes, scopes, pools, keys and geometries. */
@NullMarked
package org.hashgrad.tensor;

import org.jspecify.annotations.NullMarked;
