package org.hashgrad.autograd.check;

import java.util.List;
import java.util.stream.Collectors;

/** A gradient check failed; the message has one line per failing input. */
public final class GradientMismatch extends AssertionError {
    private static final long serialVersionUID = 1L;

    GradientMismatch(List<Failure> failures) {
        super(failures.stream().map(Failure::message).collect(Collectors.joining(System.lineSeparator())));
    }
}
