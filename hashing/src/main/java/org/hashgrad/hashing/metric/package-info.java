/** Retrieval measures, each with its rule for ties. */
@NullMarked
package org.hashgrad.hashing.metric;

import org.jspecify.annotations.NullMarked;
