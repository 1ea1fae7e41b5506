package org.hashgrad.hashing.method;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.RandomKey;

/**
 * One epoch of a cross-modal method: its players' turns, in the order in which the method takes them.
 *
 * <pre>  alternation -&gt; {
 *      alternation.train(images, batch -&gt; …);          each moves one network, the others stand still
 *      alternation.train(texts, batch -&gt; …);
 *      codes.assignSigns(ofImages, ofTexts);
 *  }</pre>
 */
public final class Alternation {
    private final CrossModalTraining training;
    private final TrainingPlan plan;
    private final int number;
    private final TrainingListener listener;
    private final BitBalance.Tally bits;
    private final Map<String, Integer> turns = new LinkedHashMap<>();
    private final Map<String, Turn> last = new LinkedHashMap<>();
    private final Map<String, Double> losses = new LinkedHashMap<>();
    private final Map<String, Double> figures = new LinkedHashMap<>();
    private double waited;

    Alternation(CrossModalTraining training, TrainingPlan plan, int number, TrainingListener listener) {
        this.training = training;
        this.plan = plan;
        this.number = number;
        this.listener = listener;
        this.bits = new BitBalance.Tally(training.bits());
    }

    /** The epoch, from 0. */
    public int number() {
        return number;
    }

    /** How many epochs there will be at most. */
    public int epochs() {
        return plan.epochs();
    }

    /** For whatever is random at this epoch for {@code purpose}. */
    public RandomKey key(String purpose) {
        return training.key(purpose).split(number);
    }

    /** Puts a figure into this epoch's line of the log. */
    public void log(String name, double value) {
        figures.put(name, value);
    }

    /**
     * A turn of a player: one pass over all training pairs in full batches of a fresh order. The gradient of the loss moves the player's
     * network alone; parameters of the others are constants, and so is whatever was stored.
     *
     * @param loss of a batch, a scalar of the batch's pass
     * @return the mean of the loss over the batches
     */
    public double train(Player player, Function<Batch, Variable> loss) {
        double mean = oppose(player, loss);
        losses.put(player.name(), mean);
        return mean;
    }

    /** As {@link #train}, for a player whose loss rises as those of others fall, such as a discriminator: the epoch's loss leaves it out. */
    public double oppose(Player player, Function<Batch, Variable> loss) {
        long start = System.nanoTime();
        int turn = turns.merge(player.name(), 1, Integer::sum) - 1;
        Collection<Parameter> others = training.players().stream()
                .filter(other -> other.network() != player.network())
                .flatMap(other -> other.network().parameters().stream())
                .toList();
        RandomKey key =
                RandomKey.of(plan.seed()).split("turn").split(player.name()).split(turn);
        listener.turnBegins(number + 1, player.name(), training.count() / plan.batch());
        Turn taken = new Turn(training.backend(), player, others, plan, number, key);
        double mean = taken.run(
                IntStream.range(0, training.count()).toArray(),
                batch -> batch.pass().inLayer("loss", () -> loss.apply(batch)),
                bits,
                listener);
        waited += taken.waited();
        last.put(player.name(), taken);
        figures.put(player.name() + "_loss", mean);
        figures.put(player.name() + "_rate", player.optimizer().rate());
        figures.merge(player.name() + "_seconds", (System.nanoTime() - start) * 1e-9, Double::sum);
        return mean;
    }

    /** @throws NotFiniteException when a slot of a network that has moved is NaN or infinite */
    void requireFinite() {
        last.values().forEach(Turn::requireFinite);
    }

    EpochReport report(double seconds) {
        double sum = losses.values().stream().mapToDouble(loss -> loss).sum();
        double rate = training.players().isEmpty()
                ? 0
                : training.players().get(0).optimizer().rate();
        return new EpochReport(number + 1, plan.epochs(), sum, rate, bits.balance(), figures, seconds, waited);
    }
}
