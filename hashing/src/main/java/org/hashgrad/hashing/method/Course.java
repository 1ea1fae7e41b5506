package org.hashgrad.hashing.method;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** A training's epochs, one after the other. */
final class Course {
    private Course() {}

    /**
     * Runs the plan's epochs, or until the objective settles within the plan's tolerance.
     *
     * @param roundDone whether it may stop after the last epoch
     * @param epoch from its number, counted from 0
     */
    static List<EpochReport> run(
            TrainingPlan plan, BooleanSupplier roundDone, IntFunction<EpochReport> epoch, TrainingListener listener) {
        List<EpochReport> reports = new ArrayList<>();
        while (reports.size() < plan.epochs() && !(roundDone.getAsBoolean() && settled(plan, reports))) {
            EpochReport report = epoch.apply(reports.size());
            listener.epochDone(report);
            reports.add(report);
        }
        return reports;
    }

    /** Whether the last epoch has changed the objective by no more than the tolerance, relative to the epoch before. */
    private static boolean settled(TrainingPlan plan, List<EpochReport> reports) {
        int last = reports.size() - 1;
        if (plan.tolerance() == 0 || last < 1) {
            return false;
        }
        double before = reports.get(last - 1).loss();
        return Math.abs(reports.get(last).loss() - before) <= plan.tolerance() * Math.abs(before);
    }
}
