/** JMH benchmarks, one class per kernel family. */
@NullMarked
package org.hashgrad.bench;

import org.jspecify.annotations.NullMarked;
