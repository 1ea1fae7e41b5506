package org.hashgrad.hashing.method;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hashgrad.nn.Schedule;
import org.hashgrad.tensor.Backend;

/** Slots of a cross-modal method before and after one epoch: of one batch at rate 1 the difference is the gradient. */
record SingleStep(Map<String, double[]> before, Map<String, double[]> after) {
    /** The gradient of a method in plain loops, by slot. */
    interface Expected {
        Map<String, double[]> of(int... batch);
    }

    static SingleStep of(
            Backend backend, CrossModalNetworks networks, Samples images, Samples texts, int bits, int batch) {
        Map<String, double[]> before = values(networks);
        TrainingPlan plan = new TrainingPlan(3, 1, batch, new Schedule.Constant(1));
        new CrossModalTrainer(backend, networks, plan, Optional.empty())
                .fit(images, texts, bits, TrainingListener.SILENT);
        return new SingleStep(before, values(networks));
    }

    private static Map<String, double[]> values(CrossModalNetworks networks) {
        Map<String, double[]> values = new LinkedHashMap<>();
        networks.all().stream()
                .flatMap(network -> network.slots().stream())
                .forEach(slot -> values.put(slot.name(), slot.value().toDoubles()));
        return values;
    }

    double[] gradient(String name) {
        double[] start = Objects.requireNonNull(before.get(name));
        double[] end = Objects.requireNonNull(after.get(name));
        double[] gradient = new double[start.length];
        Arrays.setAll(gradient, i -> start[i] - end[i]);
        return gradient;
    }

    /** The networks that have moved. */
    List<String> moved() {
        return before.keySet().stream()
                .filter(name -> !Arrays.equals(before.get(name), after.get(name)))
                .map(name -> name.substring(0, name.indexOf('.')))
                .distinct()
                .toList();
    }

    /** The step is the gradient of some batch, to rounding, and of no other. */
    void assertGradientOfABatch(int items, int batch, Expected expected) {
        double best = Double.POSITIVE_INFINITY;
        int close = 0;
        for (int[] chosen : batches(items, batch)) {
            double worst = 0;
            for (Map.Entry<String, double[]> slot : expected.of(chosen).entrySet()) {
                double[] found = gradient(slot.getKey());
                for (int i = 0; i < found.length; i++) {
                    double scale = 1 + Math.abs(slot.getValue()[i]);
                    worst = Math.max(worst, Math.abs(found[i] - slot.getValue()[i]) / scale);
                }
            }
            best = Math.min(best, worst);
            close += worst < 1e-12 ? 1 : 0;
        }
        assertEquals(1, close, "batches whose gradient it is; the nearest is off by " + best);
    }

    /** The slots of a method in plain loops after steps on these batches, one after the other. */
    interface Course {
        Map<String, double[]> after(List<int[]> batches);
    }

    /** The slots are those after some batches without an item in common, in some order, to rounding, and after no others. */
    void assertSlotsAfter(int items, int batch, Course expected) {
        List<List<int[]>> orders = orders(items, batch, items / batch);
        double best = Double.POSITIVE_INFINITY;
        int close = 0;
        for (List<int[]> order : orders) {
            double worst = 0;
            for (Map.Entry<String, double[]> slot : expected.after(order).entrySet()) {
                double[] found = Objects.requireNonNull(after.get(slot.getKey()));
                for (int i = 0; i < found.length; i++) {
                    double scale = 1 + Math.abs(slot.getValue()[i]);
                    worst = Math.max(worst, Math.abs(found[i] - slot.getValue()[i]) / scale);
                }
            }
            best = Math.min(best, worst);
            close += worst < 1e-12 ? 1 : 0;
        }
        assertEquals(1, close, "of " + orders.size() + " orders of batches; the nearest is off by " + best);
    }

    private static List<List<int[]>> orders(int items, int batch, int count) {
        if (count == 0) {
            return List.of(List.of());
        }
        List<List<int[]>> orders = new ArrayList<>();
        for (List<int[]> first : orders(items, batch, count - 1)) {
            for (int[] next : batches(items, batch)) {
                boolean apart = first.stream().flatMapToInt(Arrays::stream).noneMatch(item -> Arrays.stream(next)
                        .anyMatch(other -> other == item));
                if (apart) {
                    List<int[]> order = new ArrayList<>(first);
                    order.add(next);
                    orders.add(order);
                }
            }
        }
        return orders;
    }

    /** {@code values} moved against the gradients. */
    static Map<String, double[]> moved(Map<String, double[]> values, double rate, Map<String, double[]> gradients) {
        Map<String, double[]> moved = new LinkedHashMap<>(values);
        gradients.forEach((slot, gradient) -> {
            double[] from = Objects.requireNonNull(values.get(slot));
            double[] to = new double[from.length];
            Arrays.setAll(to, i -> from[i] - rate * gradient[i]);
            moved.put(slot, to);
        });
        return moved;
    }

    /** All ways to choose a batch. */
    private static List<int[]> batches(int items, int batch) {
        List<int[]> batches = new ArrayList<>();
        for (int mask = 0; mask < 1 << items; mask++) {
            if (Integer.bitCount(mask) == batch) {
                int chosen = mask;
                batches.add(IntStream.range(0, items)
                        .filter(i -> (chosen >> i & 1) == 1)
                        .toArray());
            }
        }
        return batches;
    }
}
