/** Reading and writing of network weights. */
@NullMarked
package org.hashgrad.nn.io;

import org.jspecify.annotations.NullMarked;
