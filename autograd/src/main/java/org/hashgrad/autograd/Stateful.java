package org.hashgrad.autograd;

import java.util.Map;

/** Something with slots; a checkpoint is the union of the states of everything stateful. */
public interface Stateful {
    /** Every slot under its full name, in a fixed order. */
    Map<String, Slot> state();
}
