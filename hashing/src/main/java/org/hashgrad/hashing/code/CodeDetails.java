package org.hashgrad.hashing.code;

import java.util.List;
import java.util.Optional;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.data.Labels;
import org.hashgrad.hashing.data.Medium;
import org.jspecify.annotations.Nullable;

/**
 * What a code file says about its codes besides bits and ids.
 *
 * @param labels of the codes, row by row, or null
 * @param names one per code, such as the paths of images, or empty
 * @param model SHA-256 of what made the codes, 64 lower-case hexadecimal digits, or empty
 * @param protocol hashes of rule and lists of the protocol they were made under, 64 digits, or empty
 * @param part of a split
 * @param medium of the items, of codes of a model for two media; else empty
 */
public record CodeDetails(
        @Nullable LabelColumn labels,
        List<String> names,
        String model,
        String protocol,
        SplitPart part,
        Optional<Medium> medium) {
    /** Nothing. */
    public static final CodeDetails NONE =
            new CodeDetails(null, List.of(), "", "", SplitPart.UNKNOWN, Optional.empty());

    /** @throws DataException if a digest is neither 64 lower-case hexadecimal digits nor empty */
    public CodeDetails {
        requireDigest("model", model);
        requireDigest("protocol", protocol);
    }

    private static void requireDigest(String what, String digest) {
        if (!digest.matches("([0-9a-f]{64})?")) {
            throw new DataException("codes: " + what + " is '" + digest + "'; need 64 hexadecimal digits");
        }
    }

    /** The same with labels, which are no longer those that a protocol's lists are known to have. */
    public CodeDetails withLabels(@Nullable Labels of) {
        return new CodeDetails(LabelColumn.of(of), names, model, "", part, medium);
    }

    /** The same with names. */
    public CodeDetails withNames(List<String> of) {
        return new CodeDetails(labels, List.copyOf(of), model, protocol, part, medium);
    }

    /** The same of a model. */
    public CodeDetails withModel(String of) {
        return new CodeDetails(labels, names, of, protocol, part, medium);
    }

    /** The same under a protocol. */
    public CodeDetails withProtocol(String of) {
        return new CodeDetails(labels, names, model, of, part, medium);
    }

    /** The same of a part of a split. */
    public CodeDetails withPart(SplitPart of) {
        return new CodeDetails(labels, names, model, protocol, of, medium);
    }

    /** The same of a medium. */
    public CodeDetails withMedium(Medium of) {
        return new CodeDetails(labels, names, model, protocol, part, Optional.of(of));
    }
}
