package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;

/** What a call of the command gave. */
record Called(int code, String out, String err) {
    /** The configuration that the jar carries, as the checkout has it. */
    static final String DHN = Path.of("../configs/dhn.yaml").toString();

    static Called with(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Called(code, out.toString(), err.toString());
    }

    /** Training of a few seconds: 2 images per class, one epoch, on a backend every machine has. */
    static Called trainedBriefly(Path run, String... more) {
        List<String> line = new java.util.ArrayList<>(List.of(
                "train", DHN, "-o", "data=embedded:2", "-o", "train.epochs=1", "-o", "train.batch=4", "-o", "bits=8"));
        line.addAll(List.of("--backend", "cpu", "--run", run.toString()));
        line.addAll(List.of(more));
        return with(line.toArray(String[]::new));
    }

    Called endsWith(int expected) {
        assertEquals(expected, code, this::toString);
        return this;
    }

    /** Says its reason in the last line, the only one that begins so, and computes nothing before. */
    Called withOneLine(String... parts) {
        List<String> lines = err.lines().filter(l -> l.startsWith("hashgrad: ")).toList();
        assertEquals(1, lines.size(), this::toString);
        assertEquals(lines.get(0), err.lines().reduce("", (a, b) -> b));
        assertFalse(err.contains("\tat "), this::toString);
        for (String part : parts) {
            assertTrue(lines.get(0).contains(part), () -> "'" + part + "' is not in: " + lines.get(0));
        }
        return this;
    }

    Called saying(String... parts) {
        for (String part : parts) {
            assertTrue(out.contains(part), () -> "'" + part + "' is not in: " + out);
        }
        return this;
    }
}
