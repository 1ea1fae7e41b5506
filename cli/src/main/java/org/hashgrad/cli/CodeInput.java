package org.hashgrad.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.hashgrad.hashing.code.CodeArray;
import org.hashgrad.hashing.code.CodeDetails;
import org.hashgrad.hashing.code.CodeFile;
import org.hashgrad.hashing.code.CodeSource;
import org.hashgrad.hashing.code.CodeStore;
import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.NpyFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How commands read codes: a code file as it is, an {@code .npy} array as these options say. */
final class CodeInput {
    @Option(
            names = "--npy",
            paramLabel = "FORM",
            converter = Form.class,
            description =
                    "What an .npy array of codes holds: signs (-1, +1), zero-one, real (>= 0 is +1), packed (numpy.packbits) or"
                            + " packed-little (bitorder=\"little\", as FAISS). Default: packed for uint8, zero-one for bool, else signs.")
    private @Nullable CodeArray form;

    @Option(
            names = "--bits",
            paramLabel = "K",
            description = "Bits of a code in an .npy array; packed arrays have 8 per column otherwise.")
    private @Nullable Integer bits;

    /** A form by its word. */
    static final class Form implements ITypeConverter<CodeArray> {
        @Override
        public CodeArray convert(String word) {
            return Arrays.stream(CodeArray.values())
                    .filter(form -> form.word().equals(word.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("expected one of "
                            + Arrays.stream(CodeArray.values())
                                    .map(CodeArray::word)
                                    .collect(Collectors.joining(", "))
                            + ", found '" + word + "'"));
        }
    }

    /** Whether {@code --npy} was given. */
    boolean hasForm() {
        return form != null;
    }

    /** {@code --bits}. */
    OptionalInt bits() {
        return bits == null ? OptionalInt.empty() : OptionalInt.of(bits);
    }

    CodeStore read(Path file) {
        return isArray(file) ? array(file) : CodeFile.open(file);
    }

    /** All codes in memory. */
    static Codes inMemory(CodeStore codes) {
        return codes instanceof Codes array ? array : Codes.copyOf(codes, 0, codes.size());
    }

    /** What the file says about its codes. */
    static CodeDetails details(CodeStore codes) {
        return codes instanceof CodeFile file ? file.details() : CodeDetails.NONE;
    }

    /** What the file says about where its codes are from. */
    static CodeSource source(Path path, CodeStore codes) {
        return new CodeSource(path.toString(), codes instanceof CodeFile file ? file.model() : "");
    }

    static boolean isArray(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    private Codes array(Path file) {
        NpyFile array = NpyFile.read(file);
        return (form == null ? CodeArray.of(array) : form).read(array, bits());
    }
}
