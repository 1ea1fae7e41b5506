package org.hashgrad.hashing.method;

/**
 * How often the networks of SSAH go over the training set in one epoch. Stage j = 0, 1, … of a network has ⌊passes/(j + 1)⌋ passes, at least one, at
 * the epoch's rate times {@code factor}ʲ.
 *
 * @param label passes of the label network in stage 0; 1, or 10 in the published code
 * @param labelStages of the label network; 1, or 2 in the published code
 * @param image passes of the image network in stage 0, and {@code text} of the text network; 1, or 15 in the published code
 * @param mediumStages of image and text network; 1, or 3 in the published code
 * @param adversary stages of one pass of the discriminators; 1, or 2 in the published code
 * @param factor of the rate from stage to stage; 10^(−½) in the published code
 * @param patience a stage ends when the loss has not fallen for so many passes; 0: never
 */
public record SsahPasses(
        int label, int labelStages, int image, int text, int mediumStages, int adversary, double factor, int patience) {
    /** @throws IllegalArgumentException for a number of passes or stages below 1, a factor that is not in (0, 1], or a negative patience */
    public SsahPasses {
        require("label", label);
        require("labelStages", labelStages);
        require("image", image);
        require("text", text);
        require("mediumStages", mediumStages);
        require("adversary", adversary);
        if (!(factor > 0 && factor <= 1)) {
            throw new IllegalArgumentException("passes: factor is " + factor + "; need > 0 and <= 1");
        }
        if (patience < 0) {
            throw new IllegalArgumentException("passes: patience is " + patience + "; need >= 0");
        }
    }

    private static void require(String component, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("passes: " + component + " is " + value + "; need >= 1");
        }
    }

    /** Each network once. */
    static SsahPasses once() {
        return new SsahPasses(1, 1, 1, 1, 1, 1, 1, 0);
    }

    /** The published code's. */
    static SsahPasses code() {
        return new SsahPasses(10, 2, 15, 15, 3, 2, Math.sqrt(0.1), 3);
    }

    /** One pass over the training set, which gives its mean loss. */
    @FunctionalInterface
    interface Pass {
        double run();
    }

    /** Runs the stages of a player at the rates of this epoch. */
    void run(Player player, int passes, int stages, Pass pass) {
        double rate = player.optimizer().rate();
        for (int stage = 0; stage < stages; stage++) {
            player.optimizer().setRate(rate * Math.pow(factor, stage));
            double least = Double.POSITIVE_INFINITY;
            int idle = 0;
            for (int i = 0; i < Math.max(1, passes / (stage + 1)) && (patience == 0 || idle < patience); i++) {
                double loss = pass.run();
                idle = loss < least ? 0 : idle + 1;
                least = Math.min(least, loss);
            }
        }
        player.optimizer().setRate(rate);
    }
}
