package org.hashgrad.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.hashgrad.hashing.method.EpochReport;
import org.hashgrad.hashing.method.TrainingListener;
import org.hashgrad.hashing.protocol.RunConfig;
import org.jspecify.annotations.Nullable;

/** Shows how training goes: a bar on a terminal, else one line per epoch. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
    private static final int REDRAW_MILLISECONDS = 250;

    private final PrintWriter err;
    private final boolean terminal;
    private final int epochs;
    private @Nullable ProgressBar bar;

    TrainingProgress(PrintWriter err, boolean terminal, int epochs) {
        this.err = err;
        this.terminal = terminal;
        this.epochs = epochs;
    }

    /** A bar where somebody watches, lines elsewhere. */
    static TrainingProgress on(PrintWriter err, RunConfig config) {
        return new TrainingProgress(err, onTerminal(), config.train().epochs());
    }

    @Override
    public void batchDone(int epoch, int batch, int batches, double loss) {
        if (!terminal) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("training")
                    .setInitialMax((long) epochs * batches)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REDRAW_MILLISECONDS)
                    .build();
        }
        bar.setExtraMessage(String.format(Locale.ROOT, " epoch %d/%d, loss %.4f", epoch, epochs, loss));
        bar.step();
    }

    @Override
    public void epochDone(EpochReport report) {
        if (!terminal) {
            err.printf(
                    Locale.ROOT,
                    "epoch %2d/%d  loss %.4f  rate %.2g  bit imbalance %.2f  %.1f s%n",
                    report.epoch(),
                    report.epochs(),
                    report.loss(),
                    report.rate(),
                    report.bits().meanImbalance(),
                    report.seconds());
            err.flush();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /** Whether somebody watches: from JDK 22 on there is a console even where there is no terminal. */
    @SuppressWarnings("SystemConsoleNull")
    static boolean onTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
