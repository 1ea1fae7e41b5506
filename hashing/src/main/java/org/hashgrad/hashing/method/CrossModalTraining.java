package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.hashgrad.hashing.data.Augmentation;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.nn.Module;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.RandomKey;

/**
 * What a cross-modal method may know of the training at hand: pairs of samples, and the players and memories that it has asked for, which are
 * closed with the training.
 */
public final class CrossModalTraining implements AutoCloseable {
    private final Backend backend;
    private final Samples images;
    private final Samples texts;
    private final int bits;
    private final RandomKey key;
    private final Optional<Augmentation> augmentation;
    private final List<Player> players = new ArrayList<>();
    private final List<CodeMemory> memories = new ArrayList<>();

    /**
     * @param images one of each pair, and {@code texts} the other, in one order and with the same labels
     * @param key of everything random in this training
     * @param augmentation of the images that a network learns from
     */
    CrossModalTraining(
            Backend backend,
            Samples images,
            Samples texts,
            int bits,
            RandomKey key,
            Optional<Augmentation> augmentation) {
        if (images.count() != texts.count()) {
            throw new IllegalArgumentException("cross-modal training: " + images.count() + " images and "
                    + texts.count() + " texts; need as many, in pairs");
        }
        this.backend = backend;
        this.images = images;
        this.texts = texts;
        this.bits = bits;
        this.key = key;
        this.augmentation = augmentation;
    }

    public Backend backend() {
        return backend;
    }

    /** The first medium's samples. */
    public Samples images() {
        return images;
    }

    /** The second medium's samples, in the order of the first's. */
    public Samples texts() {
        return texts;
    }

    /** n, the number of pairs. */
    public int count() {
        return images.count();
    }

    public int bits() {
        return bits;
    }

    public Labels labels() {
        return images.labels();
    }

    /** For whatever is random for {@code purpose}. */
    public RandomKey key(String purpose) {
        return key.split(purpose);
    }

    /** The network of the first medium, named {@code image}, which is to learn from the images as the configuration augments them. */
    public Player imagePlayer(Module network, OptimizerSettings settings) {
        return add("image", network, settings, images, augmentation);
    }

    /** The network of the second medium, named {@code text}. */
    public Player textPlayer(Module network, OptimizerSettings settings) {
        return add("text", network, settings, texts, Optional.empty());
    }

    /**
     * Any other network that is to learn.
     *
     * @param name that of its section of the configuration, unlike any other's
     * @param samples one for each training pair, in order; for example the {@link CodeMemory#samples} of a memory
     */
    public Player player(String name, Module network, OptimizerSettings settings, Samples samples) {
        return add(name, network, settings, samples, Optional.empty());
    }

    private Player add(
            String name,
            Module network,
            OptimizerSettings settings,
            Samples samples,
            Optional<Augmentation> augmented) {
        Player player =
                new Player(name, network, settings.build(network.parameters()), settings.rates(), samples, augmented);
        players.add(player);
        return player;
    }

    /** A memory (n, width), zero. */
    public CodeMemory memory(int width) {
        CodeMemory memory = new CodeMemory(backend, count(), width);
        memories.add(memory);
        return memory;
    }

    /** A memory (n, d) of what the player's network gives for its samples now, in evaluation mode. */
    public CodeMemory outputsOf(Player player) {
        float[] outputs = Training.outputs(backend, player.network(), player.samples());
        CodeMemory memory = memory(outputs.length / count());
        memory.assign(outputs);
        return memory;
    }

    List<Player> players() {
        return Collections.unmodifiableList(players);
    }

    @Override
    public void close() {
        players.forEach(player -> player.optimizer().close());
        memories.forEach(CodeMemory::close);
    }
}
