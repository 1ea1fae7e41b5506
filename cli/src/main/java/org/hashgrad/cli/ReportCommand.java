package org.hashgrad.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hashgrad.hashing.data.DataException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows runs as one HTML file. */
@Command(
        name = "report",
        description = {
            "Shows a run, or several side by side, as one HTML file that opens from disk: figures, training curves, precision and"
                    + " recall, distances, balance and correlation of the bits, queries with the ten items found first (right and wrong ones"
                    + " marked), the gradient check of the loss, configuration and environment.",
            "",
            "It reads run folders, and for the gallery the data set that they name; it trains and measures nothing anew. Everything is"
                    + " inside the file: no script, no network. docs/report.md explains each part."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hashgrad demo --run runs/first && hashgrad report --run runs/first",
            "  hashgrad report --run runs/dhn --run runs/dpsh --out compare.html",
            "  hashgrad report --run runs/first --plots plots --no-gallery"
        },
        mixinStandardHelpOptions = true)
final class ReportCommand extends Action {
    static final String NO_GALLERY = "--no-gallery";
    private static final String FILE = "report.html";

    @Option(
            names = "--run",
            paramLabel = "DIR",
            required = true,
            description = "A finished run folder; repeatable, runs stand side by side.")
    private List<Path> folders = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The HTML file to write, replaced if there is one; default: " + FILE
                    + " in the run folder, of several in the current folder.")
    private @Nullable Path out;

    @Option(
            names = "--plots",
            paramLabel = "DIR",
            description = "Also write each plot to DIR, which is made, as NAME.svg and NAME.png.")
    private @Nullable Path plots;

    @Option(
            names = NO_GALLERY,
            description =
                    "Leave out the queries with what they find; needed where the data set or the codes are no longer there.")
    private boolean noGallery;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description =
                    "What the gallery searches: a database of the run such as held-out, or of two media a direction such as"
                            + " image_to_image. Default: the headline's database, or both directions across media.")
    private @Nullable String database;

    @Option(
            names = "--queries",
            paramLabel = "N",
            defaultValue = "12",
            description =
                    "Queries of the gallery, from the best to the worst by average precision. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(
            names = "--no-gradcheck",
            description = "Leave out the gradient check, which takes about a second for each loss.")
    private boolean noGradcheck;

    @Override
    public Integer call() {
        if (queries < 1) {
            throw wrongUsage("--queries: need a number >= 1, got " + queries);
        }
        List<ReportRun> runs = ReportRun.open(folders);
        Path file = out != null ? out : folders.size() == 1 ? folders.get(0).resolve(FILE) : Path.of(FILE);
        OutputFile target = new OutputFile("--out", file);
        target.requireWritable(inputs());
        String gallery = noGallery ? "" : new ReportGallery(Optional.ofNullable(database), queries).html(runs);
        ReportPlots all = new ReportPlots(runs);
        List<ReportPlots.Plot> drawn = new ArrayList<>();
        ReportPage page = new ReportPage(runs);
        page.section("figures", "Figures", "", ReportFigures.html(runs));
        for (String name : ReportRun.searches(runs)) {
            List<ReportPlots.Plot> curves = new ArrayList<>(all.retrieval(name));
            curves.addAll(all.distances(name));
            page.section("retrieval-" + name, title(name), "", shown(drawn, curves));
        }
        page.section("gallery", "Gallery", galleryNote(), gallery);
        page.section("training", "Training", "", shown(drawn, all.training()) + page.drawings());
        page.section("bits", "Bits", "Of the stored codes of what the headline searches.", shown(drawn, all.bits()));
        page.section("gradients", "Gradient check", GRADIENTS, noGradcheck ? "" : ReportGradients.html(runs));
        page.section(
                "settings",
                "Settings",
                "",
                (runs.stream().allMatch(run -> run.protocol().isEmpty())
                                ? ""
                                : page.settings("Protocol, as stored beside the figures", ReportRun::protocol))
                        + page.settings("Configuration, every key resolved", run -> run.stored()
                                .settings())
                        + page.settings("Environment", run -> run.stored().environment()));
        target.write(page.html());
        out().println("report: " + file);
        if (plots != null) {
            write(plots, drawn);
            out().println("plots:  " + plots + ", " + drawn.size() + " as SVG and PNG");
        }
        out().flush();
        return ExitCodes.DONE;
    }

    private static final String GRADIENTS =
            "The loss with the settings of the run, in double precision: the tape against central differences (numeric, second order) and,"
                    + " where the loss has one, against its gradient as a formula (closed form). Worst element of each check; made anew for this"
                    + " report.";

    private String galleryNote() {
        return "Queries and what they find, from the best query to the worst by average precision"
                + (folders.size() > 1 ? " of the first run" : "")
                + ", in equal steps of rank"
                + (database == null ? "" : "; searched: " + ReportFigures.title(database))
                + ". Nearest first; equally near items in the database's order. Right (✓) is what shares a label with the query.";
    }

    private static String title(String search) {
        return search.equals("database") ? "Retrieval" : "Retrieval, " + ReportFigures.title(search);
    }

    private static String shown(List<ReportPlots.Plot> drawn, List<ReportPlots.Plot> plots) {
        drawn.addAll(plots);
        return ReportPage.plots(plots);
    }

    private List<Path> inputs() {
        List<Path> inputs = new ArrayList<>();
        for (Path folder : folders) {
            try (var files = Files.list(folder)) {
                files.filter(each -> !each.getFileName().equals(Path.of(FILE))).forEach(inputs::add);
            } catch (IOException e) {
                throw new DataException("report: " + folder + ": can not be read: " + e, e);
            }
        }
        return inputs;
    }

    private void write(Path folder, List<ReportPlots.Plot> drawn) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new DataException("--plots " + folder + ": can not be written: " + e, e);
        }
        Set<String> taken = new HashSet<>();
        for (ReportPlots.Plot plot : drawn) {
            String name = plot.file();
            for (int i = 2; !taken.add(name); i++) {
                name = plot.file() + "-" + i;
            }
            new OutputFile("--plots", folder.resolve(name + ".svg")).write(plot.svg());
            new Picture(folder.resolve(name + ".png")).draw(plot.png(), err());
        }
    }
}
