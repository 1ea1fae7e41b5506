package org.hashgrad.hashing.method;

import java.util.Map;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Slot;
import org.hashgrad.tensor.Tensor;

/** Finds the first tensor of a step that is not finite, in the order in which a step reads and makes them. */
final class FiniteCheck {
    private final String at;
    private final String hint;

    /** @param player empty for a network that is alone; the rest is counted from 1 */
    FiniteCheck(String player, int epoch, int epochs, int batch, int batches) {
        at = "training: " + (player.isEmpty() ? "" : player + ": ") + "epoch " + epoch + " of " + epochs + ", batch "
                + batch + " of " + batches + ": ";
        hint = "; try a smaller " + (player.isEmpty() ? "" : player + ".") + "optimizer.rate";
    }

    void require(String what, Tensor tensor) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new NotFiniteException(
                        at + what + tensor.shape() + " has " + values[i] + " at element " + i + hint);
            }
        }
    }

    void require(Map<String, Slot> state) {
        state.forEach(
                (name, slot) -> require((slot instanceof Parameter ? "parameter " : "buffer ") + name, slot.value()));
    }

    NotFiniteException ofLoss(double loss) {
        return new NotFiniteException(at + "loss is " + loss + hint);
    }
}
