/** How {@link org.hashgrad.hashing.data.OpenClipart} is made from Debian's packages: metadata, pictures, duplicates, labels, split, files. */
@NullMarked
package org.hashgrad.hashing.data.openclipart;

import org.jspecify.annotations.NullMarked;
