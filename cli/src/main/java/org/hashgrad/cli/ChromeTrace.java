package org.hashgrad.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.tensor.Launch;

/**
 * A course of events in the format of chrome://tracing and Perfetto: one track for the device, one for the host. Complete events
 * ({@code ph: X}), times in microseconds from the first one.
 */
final class ChromeTrace {
    private static final int DEVICE = 1;
    private static final int HOST = 2;

    private final List<Span> spans = new ArrayList<>();

    private record Span(int track, String name, String category, long start, long nanos, Launch launch) {}

    private static final Launch NONE = new Launch("", false, "", "", 0, 0, 0, 0);

    void device(Launch launch) {
        spans.add(new Span(DEVICE, launch.kernel(), launch.primitive(), launch.start(), launch.nanos(), launch));
    }

    void host(String what, long start, long nanos) {
        spans.add(new Span(HOST, what, "host", start, nanos, NONE));
    }

    /** @throws DataException when the file can't be written */
    void write(Path file) {
        List<Span> ordered = new ArrayList<>(spans);
        ordered.sort(Comparator.comparingLong(Span::start).thenComparing(Span::nanos, Comparator.reverseOrder()));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("displayTimeUnit", "ms");
            json.writeArrayFieldStart("traceEvents");
            name(json, DEVICE, "device");
            name(json, HOST, "host");
            long first = ordered.isEmpty() ? 0 : ordered.get(0).start;
            for (Span span : ordered) {
                write(json, span, first);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new DataException(file + ": can not be written: " + e, e);
        }
    }

    private static void name(JsonGenerator json, int track, String name) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", "thread_name");
        json.writeStringField("ph", "M");
        json.writeNumberField("pid", 1);
        json.writeNumberField("tid", track);
        json.writeObjectFieldStart("args");
        json.writeStringField("name", name);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Span span, long first) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", span.name);
        json.writeStringField("cat", span.category);
        json.writeStringField("ph", "X");
        json.writeNumberField("ts", (span.start - first) * 1e-3);
        json.writeNumberField("dur", span.nanos * 1e-3);
        json.writeNumberField("pid", 1);
        json.writeNumberField("tid", span.track);
        if (span.track == DEVICE) {
            json.writeObjectFieldStart("args");
            json.writeStringField("layer", span.launch.layer());
            json.writeStringField("pass", span.launch.backward() ? "backward" : "forward");
            json.writeNumberField("flops", span.launch.flops());
            json.writeNumberField("bytes", span.launch.bytes());
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
