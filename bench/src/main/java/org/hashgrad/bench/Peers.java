package org.hashgrad.bench;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The {@link Peer}s of this build. */
final class Peers {
    private Peers() {}

    /** @throws IllegalArgumentException when this build has none */
    static List<Peer> all() {
        List<Peer> all = ServiceLoader.load(Peer.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    "peers: none in this build; ./hashgrad bench --peers builds with nd4j, djl and netlib");
        }
        return all;
    }

    static boolean knows(String implementation) {
        return find(implementation).isPresent();
    }

    /** @throws IllegalArgumentException when this build has none of that name */
    static Peer named(String implementation) {
        return find(implementation)
                .orElseThrow(() -> new IllegalArgumentException("peers: there is no '" + implementation
                        + "' in this build; ./hashgrad bench --peers has nd4j, djl and netlib"));
    }

    private static Optional<Peer> find(String implementation) {
        return ServiceLoader.load(Peer.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(peer -> peer.name().equals(implementation))
                .findFirst();
    }
}
