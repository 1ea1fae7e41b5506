package org.hashgrad.hashing.loss;

/**
 * An objective on relaxed codes. Its kind says what it is a function of, and so what {@link LossCheck} draws and what a
 * {@link ClosedFormGradient} is given. A loss is a record; its components are its configuration keys.
 */
public sealed interface Loss permits PointLoss, PairLoss, TripletLoss, TargetLoss {}
