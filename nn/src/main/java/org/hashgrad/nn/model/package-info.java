/** Network architectures assembled from layers. */
@NullMarked
package org.hashgrad.nn.model;

import org.jspecify.annotations.NullMarked;
