@NullMarked
package org.hashgrad.bench;

import org.jspecify.annotations.NullMarked;
