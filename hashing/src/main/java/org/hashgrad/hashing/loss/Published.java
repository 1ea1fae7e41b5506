package org.hashgrad.hashing.loss;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What {@code hashgrad losses} says of a loss besides its shapes and parameters, which are its kind and its components. A test compares
 * paper and equation with the class's Javadoc.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Published {
    /** Method, authors, venue and year, as the Javadoc's first sentence has them in parentheses. */
    String paper();

    /** The first line of the Javadoc's formula, or its first few. */
    String[] equation();

    /** Its places in the surveys. */
    Taxonomy[] place();
}
