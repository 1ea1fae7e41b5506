package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Variable;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.loss.Pairs;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** One step of a network's training, as a method sees it. */
public final class Batch {
    private final Labels labels;
    private final int[] rows;
    private final Variable input;
    private final Supplier<Variable> network;
    private final int epoch;
    private final long step;
    private final RandomKey key;
    private final List<Kept> kept = new ArrayList<>();
    private @Nullable Variable relaxedCodes;
    private @Nullable Pairs pairsWithAll;

    /** What goes into rows of a memory on the host once the step is through; {@code known} when the backend has it. */
    record Kept(Variable rows, CodeMemory memory, boolean known) {}

    Batch(Labels labels, int[] rows, Variable input, Supplier<Variable> network, int epoch, long step, RandomKey key) {
        this.labels = labels;
        this.rows = rows;
        this.input = input;
        this.network = network;
        this.epoch = epoch;
        this.step = step;
        this.key = key;
    }

    public Pass pass() {
        return input.pass();
    }

    /** Of the training set, in the batch's order (m). */
    public int[] rows() {
        return rows;
    }

    /** Labels of the whole training set. */
    public Labels labels() {
        return labels;
    }

    /** What the network is given: (m, sample). */
    public Variable input() {
        return input;
    }

    /** The network's outputs for the batch (m, bits), differentiable; the first call runs it. */
    public Variable relaxedCodes() {
        if (relaxedCodes == null) {
            relaxedCodes = network.get();
        }
        return relaxedCodes;
    }

    /**
     * Says which variable of a network with several outputs is its relaxed codes (m, bits), for the epoch's bit balance; for a method that
     * runs the network itself on {@link #input}.
     */
    public void relaxedCodesAre(Variable codes) {
        relaxedCodes = codes;
    }

    /** From 0. */
    public int epoch() {
        return epoch;
    }

    /** Number of the step in the network's whole training, from 0. */
    public long step() {
        return step;
    }

    /** For whatever is random in this step. */
    public RandomKey key() {
        return key;
    }

    /** Puts {@code values} (m, d) into the batch's rows of {@code memory} when the step is through, without a wait of its own. */
    public void keep(Variable values, CodeMemory memory) {
        kept.add(new Kept(values, memory, false));
    }

    /** As {@link #keep}, for values that {@code memory} has on the backend. */
    void keepOnHost(Variable values, CodeMemory memory) {
        kept.add(new Kept(values, memory, true));
    }

    /** The batch's rows of {@code codes} (count, d), which hold one for every training sample, as a constant (m, d). */
    public Variable rowsOf(double[][] codes) {
        int width = codes[0].length;
        return pass().constant(pass().backend().tensor(Shape.of(rows.length, width), elements -> {
            for (int i = 0; i < rows.length; i++) {
                for (int b = 0; b < width; b++) {
                    elements.set(i * width + b, codes[rows[i]][b]);
                }
            }
        }));
    }

    /** The batch's rows of {@code memory} as they are stored, as a constant (m, d). */
    public Variable rowsOf(CodeMemory memory) {
        return pass().constant(memory.rows(pass().backend(), rows));
    }

    /** The batch's samples with one another: (m, m). */
    public Pairs pairs() {
        return Pairs.within(labels, rows);
    }

    /** The batch's samples with all training samples in order: (m, count). */
    public Pairs pairsWithAll() {
        if (pairsWithAll == null) {
            pairsWithAll = Pairs.withBank(labels, rows);
        }
        return pairsWithAll;
    }

    /** What {@link #pairsWithAll} are, when they were made ahead. */
    void pairsWithAllAre(Pairs made) {
        pairsWithAll = made;
    }

    /** Whether the similarity to all training samples was read. */
    boolean readsPairsWithAll() {
        return pairsWithAll != null && pairsWithAll.isRead();
    }

    List<Kept> kept() {
        return kept;
    }

    @Nullable
    Variable seenCodes() {
        return relaxedCodes;
    }
}
