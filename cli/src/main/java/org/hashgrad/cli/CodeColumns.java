package org.hashgrad.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hashgrad.hashing.code.CodeDetails;
import org.hashgrad.hashing.code.CodeSource;
import org.hashgrad.hashing.code.CodeStore;
import org.hashgrad.hashing.data.NpyFile;
import org.hashgrad.hashing.data.TextLines;
import org.hashgrad.hashing.metric.CodeEvaluation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What goes into an index beside the codes, where their file does not say it. */
final class CodeColumns {
    @Option(names = "--labels", paramLabel = "F", description = "Labels as for evaluate, .npy.")
    private @Nullable Path labels;

    @Option(
            names = "--names",
            paramLabel = "F",
            description = "A text file with one name per code and line, such as the paths of images.")
    private @Nullable Path names;

    @Option(
            names = "--model",
            paramLabel = "SHA256",
            description =
                    "The model of codes that name none, such as arrays: 64 hexadecimal digits, for the codes of a run the SHA-256 of its"
                            + " weights.safetensors. Codes of two known models are not compared; those of none are, with any.")
    private @Nullable String model;

    /** The files that these options name. */
    List<Path> inputs() {
        return Stream.of(labels, names).flatMap(Stream::ofNullable).toList();
    }

    /** What a file says about its codes, and these options. @throws DataException if the file names another model */
    CodeDetails of(Path file, CodeStore codes) throws IOException {
        CodeDetails details = CodeInput.details(codes);
        if (model != null) {
            CodeDetails said = details.withModel(model);
            new CodeSource(file.toString(), details.model()).requireComparable(new CodeSource("--model", model));
            details = said;
        }
        if (labels != null) {
            details = details.withLabels(CodeEvaluation.labels(NpyFile.read(labels)));
        }
        if (names != null) {
            details = details.withNames(TextLines.of("index: names", names));
        }
        return details;
    }
}
