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

    /** Whether networks learn by turns, whose batches the first epoch tells. */
    private boolean turns;

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
    public void turnBegins(int epoch, String player, int batches) {
        if (!terminal) {
            return;
        }
        long turn = (long) epochs * batches;
        if (!turns) {
            turns = true;
            opened(turn);
        } else if (epoch == 1) {
            ProgressBar shown = opened(turn);
            shown.maxHint(shown.getMax() + turn);
        }
    }

    private ProgressBar opened(long steps) {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("training")
                    .setInitialMax(steps)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REDRAW_MILLISECONDS)
                    .build();
        }
        return bar;
    }

    @Override
    public void batchDone(int epoch, int batch, int batches, double loss) {
        if (!terminal) {
            return;
        }
        ProgressBar shown = opened((long) epochs * batches);
        shown.setExtraMessage(String.format(Locale.ROOT, " epoch %d/%d, loss %.4f", epoch, epochs, loss));
        shown.step();
    }

    @Override
    public void epochDone(EpochReport report) {
        if (!terminal) {
            err.printf(
                    Locale.ROOT,
                    "epoch %2d/%d  loss %.4f%s  rate %.2g  bit imbalance %.2f  %.1f s%n",
                    report.epoch(),
                    report.epochs(),
                    report.loss(),
                    ofPlayers(report),
                    report.rate(),
                    report.bits().meanImbalance(),
                    report.seconds());
            err.flush();
        }
    }

    /** What each of several networks has lost, and the seconds of its turns; empty for one alone. */
    private static String ofPlayers(EpochReport report) {
        StringBuilder text = new StringBuilder();
        report.figures().forEach((figure, loss) -> {
            String player = figure.replaceFirst("_loss$", "");
            Double seconds = report.figures().get(player + "_seconds");
            if (!player.equals(figure) && seconds != null) {
                text.append(String.format(Locale.ROOT, ", %s %.4f in %.1f s", player, loss, seconds));
            }
        });
        return text.isEmpty() ? "" : " (" + text.substring(2) + ")";
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
