package org.hashgrad.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.hashgrad.hashing.method.NotFiniteException;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.protocol.Environment;
import org.hashgrad.hashing.protocol.Sweep;
import org.hashgrad.hashing.protocol.SweepFolder;
import org.hashgrad.hashing.protocol.TooManyBitsException;

/** Runs what has not finished, some cells at a time, each job with a backend of its own. */
final class SweepRunner {
    private final List<Sweep.Cell> missing;
    private final int finished;
    private final int lackFull;
    private final SweepFolder folder;
    private final BackendOptions backend;
    private final int jobs;
    private final PrintWriter err;
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    /** Reads what has finished, and so finds runs with other settings before anything is run. */
    SweepRunner(Sweep sweep, SweepFolder folder, BackendOptions backend, int jobs, PrintWriter err) {
        List<Sweep.Cell> toRun = new ArrayList<>();
        int lacking = 0;
        for (Sweep.Cell cell : sweep.cells()) {
            Optional<SweepFolder.Finished> run = folder.find(cell);
            if (run.isEmpty()) {
                toRun.add(cell);
            } else if (SweepOptions.asksForFull(cell) && !run.get().metrics().containsKey("mAP_full")) {
                lacking++;
            }
        }
        this.missing = List.copyOf(toRun);
        this.lackFull = lacking;
        this.finished = sweep.cells().size() - missing.size();
        this.folder = folder;
        this.backend = backend;
        this.jobs = Math.min(jobs, Math.max(1, missing.size()));
        this.err = err;
    }

    /** @return a line for every cell whose training broke down */
    List<String> run() {
        err.println("cells: " + finished + " have finished, " + missing.size() + " to run");
        if (lackFull > 0) {
            err.println("note: " + lackFull + (lackFull == 1 ? " finished cell lacks" : " finished cells lack")
                    + " the full database; remove their folders to run them again");
        }
        err.flush();
        if (missing.isEmpty()) {
            return List.of();
        }
        List<BackendOptions.Opened> opened = backend.open(jobs);
        AtomicInteger next = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(jobs);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (BackendOptions.Opened own : opened) {
                workers.add(executor.submit(worker(own, next)));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("sweep: interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException fault
                    ? fault
                    : new IllegalStateException("sweep: " + e.getCause(), e);
        } finally {
            executor.shutdownNow();
        }
        return List.copyOf(failures);
    }

    private Callable<Boolean> worker(BackendOptions.Opened own, AtomicInteger next) {
        return () -> {
            try (own) {
                Environment environment = Environment.of(own.backend(), own.device(), own.threads());
                for (int i = next.getAndIncrement(); i < missing.size(); i = next.getAndIncrement()) {
                    run(missing.get(i), i, own, environment);
                }
            }
            return true;
        };
    }

    private void run(Sweep.Cell cell, int number, BackendOptions.Opened own, Environment environment) {
        long start = System.nanoTime();
        String outcome;
        try {
            folder.run(cell, own.backend(), environment, TrainingListener.SILENT);
            Optional<SweepFolder.Finished> run = folder.find(cell);
            outcome = run.map(done -> "mAP "
                            + Figures.text(Figures.number(done.metrics(), "mAP").doubleValue()))
                    .orElse(SweepRow.MISSING);
        } catch (NotFiniteException e) {
            outcome = "failed: " + e.getMessage();
            failures.add(cell.folder() + ": " + e.getMessage());
        } catch (TooManyBitsException e) {
            outcome = SweepRow.MISSING + ": " + e.getMessage();
        }
        String line = String.format(
                Locale.ROOT,
                "%d/%d %s: %s, %.1f s",
                number + 1,
                missing.size(),
                cell.folder(),
                outcome,
                (System.nanoTime() - start) * 1e-9);
        synchronized (err) {
            err.println(line);
            err.flush();
        }
        DistancePlot.drawIn(folder.path().resolve(cell.folder()), err);
    }
}
