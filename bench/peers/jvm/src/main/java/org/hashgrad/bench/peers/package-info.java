/** Other JVM libraries as implementations of the benchmarks, for the build with {@code -Ppeers}. */
@NullMarked
package org.hashgrad.bench.peers;

import org.jspecify.annotations.NullMarked;
