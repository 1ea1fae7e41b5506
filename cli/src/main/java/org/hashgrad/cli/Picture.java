package org.hashgrad.cli;

import java.awt.AWTError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A PNG beside results, which are there without it: what keeps it from being drawn is one line. */
record Picture(Path file) {
    /** Draws a PNG into memory. */
    interface Drawing {
        byte[] png() throws IOException;
    }

    /** Draws, writes beside the file and moves, so that it is whole or as before; Java may be without fonts, or without AWT. */
    void draw(Drawing drawing, PrintWriter err) {
        try {
            byte[] png = drawing.png();
            Path beside = file.resolveSibling("." + file.getFileName() + ".tmp");
            try {
                Files.write(beside, png);
                Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            notDrawn(e, "", err);
        } catch (LinkageError | InternalError | AWTError | RuntimeException e) {
            notDrawn(e, "; install fontconfig and a font", err);
        }
    }

    private void notDrawn(Throwable reason, String remedy, PrintWriter err) {
        err.println(("plot not drawn: " + file + ": " + reason).replaceAll("\\s*\\R\\s*", " ") + remedy);
        err.flush();
    }
}
