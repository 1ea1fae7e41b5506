package org.hashgrad.hashing.data;

/**
 * The same items in two media: row i of a part of one split and row i of that part of the other belong to one item. Images are
 * retrieved by text with {@code texts.query()} in {@code images.database()}, and the other way round.
 *
 * @param images one medium: pictures or their features
 * @param texts the other: texts or their features
 */
public record PairedSplit(Split images, Split texts) {

    /** @throws DataException if the databases have other names, or parts differ in number or in labels */
    public PairedSplit {
        if (!images.databases().keySet().equals(texts.databases().keySet())) {
            throw new DataException("paired split: databases are "
                    + images.databases().keySet() + " and " + texts.databases().keySet() + "; need the same names");
        }
        requirePaired(images.query(), texts.query());
        requirePaired(images.training(), texts.training());
        for (String name : images.databases().keySet()) {
            requirePaired(images.database(name), texts.database(name));
        }
    }

    private static void requirePaired(SampleSet a, SampleSet b) {
        if (a.count() != b.count() || a.labels().classes() != b.labels().classes()) {
            throw new DataException("paired split: " + a.name() + " has labels "
                    + a.labels().describe() + " and " + b.name() + " has "
                    + b.labels().describe() + "; need the same");
        }
        for (int i = 0; i < a.count(); i++) {
            for (int c = 0; c < a.labels().classes(); c++) {
                if (a.labels().has(i, c) != b.labels().has(i, c)) {
                    throw new DataException("paired split: item " + i + " of " + a.name() + " and of " + b.name()
                            + " differ in label " + c + "; need the same");
                }
            }
        }
    }
}
