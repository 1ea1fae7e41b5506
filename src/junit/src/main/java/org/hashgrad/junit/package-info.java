/** JUnit 5 assertions for tests of losses: the gradient check as one line. */
@NullMarked
package org.hashgrad.junit;

import org.jspecify.annotations.NullMarked;
