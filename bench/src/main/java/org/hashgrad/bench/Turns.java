package org.hashgrad.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times ways to do the same in one process; they take turns, so that what disturbs one disturbs all. */
final class Turns {
    static final int ROUNDS = 9;
    /** A measurement's length: so many calls that a wait for the device is a small part of it. */
    private static final double LEAST_SECONDS = 0.015;

    private Turns() {}

    /** Enqueues its work {@code times} times and waits once, as a training step does. */
    interface Way {
        void run(int times);
    }

    /** Median seconds of a call by the ways' names, after two calls that don't count. */
    static Map<String, Double> seconds(Map<String, Way> ways) {
        Map<String, double[]> measured = new LinkedHashMap<>();
        int most = 1;
        for (Way way : ways.values()) {
            way.run(1);
            most = (int) Math.max(most, LEAST_SECONDS / seconds(way, 1));
        }
        int times = most;
        for (int i = 0; i < ROUNDS; i++) {
            int round = i;
            ways.forEach((name, way) ->
                    measured.computeIfAbsent(name, n -> new double[ROUNDS])[round] = seconds(way, times));
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        measured.forEach((name, all) -> {
            Arrays.sort(all);
            medians.put(name, all[ROUNDS / 2]);
        });
        return medians;
    }

    private static double seconds(Way way, int times) {
        long start = System.nanoTime();
        way.run(times);
        return (System.nanoTime() - start) / 1e9 / times;
    }
}
