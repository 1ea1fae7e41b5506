package org.hashgrad.hashing.loss;

/** The mistakes in a gradient that {@link LossCheck} can name. */
public enum Mistake {
    /** The negative of what is expected, of the whole gradient or of some elements. */
    SIGN("the sign"),
    /** A constant multiple of what is expected. */
    FACTOR("a factor"),
    /** θ = κ⟨u, v⟩ with another κ. */
    KAPPA("kappa"),
    /** A sample's pair with itself counted on one side only. */
    DIAGONAL("the diagonal"),
    /** 1 − u² of a tanh head on one side only. */
    TANH_DERIVATIVE("the derivative of tanh"),
    /** The similarity transposed, or u and v in each other's role. */
    SWAPPED_ROLES("swapped roles"),
    /** A term, such as the quantization, that one side lacks. */
    MISSING_TERM("a missing term"),
    /** Another value of a component of the loss. */
    OPTION("another option");

    private final String words;

    Mistake(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
