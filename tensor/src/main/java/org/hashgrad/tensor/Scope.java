package org.hashgrad.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * A region of tensor lifetimes. Scopes of one backend nest; a tensor belongs to the innermost one open when it was made, and closing
 * the scope closes its tensors. What must survive is handed outward with {@link #keep}.
 */
public final class Scope implements AutoCloseable {
    private final Backend backend;
    private final List<Tensor> owned = new ArrayList<>();
    private boolean open = true;
    private int purgeAt = 64;

    Scope(Backend backend) {
        this.backend = backend;
    }

    void add(Tensor tensor) {
        if (owned.size() >= purgeAt) {
            owned.removeIf(Tensor::isClosed);
            purgeAt = Math.max(64, 2 * owned.size());
        }
        owned.add(tensor);
    }

    /** How many handles are listed, closed ones that were not yet dropped included. */
    int size() {
        return owned.size();
    }

    /** Hands a tensor to the enclosing scope: the result is valid after this scope is closed. */
    public Tensor keep(Tensor tensor) {
        Tensor kept = tensor.share();
        backend.enclosing(this).add(kept);
        return kept;
    }

    /** A second handle to the tensor's memory that belongs to this scope. */
    public Tensor share(Tensor tensor) {
        Tensor shared = tensor.share();
        add(shared);
        return shared;
    }

    /** Closes every tensor of this scope. @throws IllegalStateException when an inner scope is still open */
    @Override
    public void close() {
        if (open) {
            backend.closeScope(this);
            open = false;
            for (int i = owned.size() - 1; i >= 0; i--) {
                owned.get(i).close();
            }
            owned.clear();
        }
    }
}
