package org.hashgrad.hashing.protocol;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hashgrad.hashing.metric.AveragePrecisionAt;
import org.hashgrad.hashing.protocol.Overlap.Allowed;
import org.hashgrad.hashing.protocol.Overlap.Duplicates;
import org.hashgrad.hashing.protocol.Overlap.Pair;
import org.hashgrad.hashing.protocol.Protocol.Counts;
import org.hashgrad.hashing.protocol.Protocol.Cut;
import org.hashgrad.hashing.protocol.SplitRule.Base;

/** The protocols that papers name, and those of the data that ship. */
final class ShippedProtocols {
    /** Data of one's own. */
    static final String OWN = "own";

    /** Data with the equal pictures that they have. */
    static final String AS_IS = "as-is";

    private static final Set<Pair> TRAINING_IN_DATABASE = Set.of(Pair.TRAINING_DATABASE);
    private static final Set<Pair> APART = Set.of();
    private static final Optional<Cut> ALL = Optional.empty();
    private static final String DRAWN = "";

    private ShippedProtocols() {}

    static List<Protocol> all() {
        return List.of(
                fashionMnist(
                        "embedded",
                        "embedded, fashion-mnist, fashion-mnist:FOLDER",
                        5000,
                        new Allowed(TRAINING_IN_DATABASE, Duplicates.NONE),
                        "6d9b86d4d273a454c56ac368cdbf63c5",
                        "queries: the first 100 of each class of t10k; trained on and searched: the first 500 of each class of train"),
                fashionMnist(
                        "held-out",
                        "embedded, fashion-mnist, fashion-mnist:FOLDER; the database held-out",
                        2000,
                        new Allowed(APART, Duplicates.NONE),
                        "359f9a13458ab3463533533f5c228144",
                        "as embedded, searched: the next 200 of each class of t10k, which are neither trained on nor queried"),
                fashionMnist(
                        "full",
                        "fashion-mnist, fashion-mnist:FOLDER; the database full",
                        69_000,
                        new Allowed(TRAINING_IN_DATABASE, Duplicates.NONE),
                        "855b0238715eb567c6e80d5a3c19cd85",
                        "as embedded, searched: everything but the queries; CIFAR-10's 59k on other data"),
                cifar(
                        "59k",
                        new SplitRule.PerClass(100, 500, Base.ALL_BUT_QUERIES),
                        new Counts(1000, 5000, 59_000, 10),
                        TRAINING_IN_DATABASE,
                        "protocol I of DPSH, DTSH, DSDH, DDSH; DeepHash-pytorch's cifar10-1"),
                cifar(
                        "54k",
                        new SplitRule.PerClass(100, 500, Base.NEITHER),
                        new Counts(1000, 5000, 54_000, 10),
                        APART,
                        "thulab's lists, mAP@54000; DeepHash-pytorch's cifar10, which cuts off the last item"),
                cifar(
                        "50k",
                        new SplitRule.PerClass(1000, 5000, Base.TRAINING),
                        new Counts(10_000, 50_000, 50_000, 10),
                        TRAINING_IN_DATABASE,
                        "protocol II; DeepHash-pytorch's cifar10-2"),
                new Protocol(
                        "nus-wide-21",
                        1,
                        "NUS-WIDE, the images with one of the 21 most frequent concepts",
                        "nus-wide-21:FOLDER",
                        new SplitRule.PerLabel(100, 500, Base.ALL_BUT_QUERIES),
                        new Counts(2100, 10_500, 193_734, 21),
                        cutAt(5000, AveragePrecisionAt.HITS),
                        new Allowed(TRAINING_IN_DATABASE, Duplicates.EQUAL),
                        DRAWN,
                        "195 834 images; each is drawn for the first of its labels that lacks some"),
                lists(
                        "nus-wide-81",
                        "NUS-WIDE, HashNet's lists",
                        new Counts(5000, 10_000, 168_692, 81),
                        5000,
                        "1131 of the queries carry no label"),
                new Protocol(
                        "mirflickr/dcmh",
                        1,
                        "MIRFlickr-25K with its 1386 tags, 24 labels",
                        "mirflickr:FILE.mat",
                        new SplitRule.FirstRows(2000, 10_000, Base.ALL_BUT_QUERIES),
                        new Counts(2000, 10_000, 18_015, 24),
                        ALL,
                        new Allowed(TRAINING_IN_DATABASE, Duplicates.EQUAL),
                        DRAWN,
                        "20 015 pairs in the order of DCMH's file, which was shuffled; its MATLAB code and SSAH draw anew"),
                new Protocol(
                        "mirflickr/1k-4k",
                        1,
                        "MIRFlickr-25K, 38 labels",
                        "mirflickr-38:FOLDER",
                        new SplitRule.Drawn(1000, 4000, Base.NEITHER),
                        new Counts(1000, 4000, 20_000, 38),
                        ALL,
                        new Allowed(APART, Duplicates.EQUAL),
                        DRAWN,
                        "numbers of DeepHash-pytorch's lists, drawn anew; others search 24 000 with the training images"),
                lists(
                        "coco/hashnet",
                        "MS COCO 2014, HashNet's lists",
                        new Counts(5000, 10_000, 117_218, 80),
                        5000,
                        "122 218 images with a category of train and val"),
                new Protocol(
                        "coco/cauchy",
                        1,
                        "MS COCO 2014, pictures with a category and their captions",
                        "coco:FOLDER",
                        new SplitRule.Drawn(5000, 10_000, Base.ALL_BUT_QUERIES),
                        new Counts(5000, 10_000, 117_218, 80),
                        ALL,
                        new Allowed(TRAINING_IN_DATABASE, Duplicates.EQUAL),
                        DRAWN,
                        "numbers of Cauchy cross-media hashing, drawn anew; its text is the best of five captions, by a rule that is not printed"),
                lists(
                        "imagenet100/hashnet",
                        "ImageNet-100, HashNet's lists",
                        new Counts(5000, 0, 0, 100),
                        1000,
                        "the published training list has 13 000 lines, the paper says 10 000; about 128 500 searched"),
                new Protocol(
                        "openclipart-40",
                        1,
                        "OpenClipart-40, embedded",
                        "openclipart, openclipart:FOLDER",
                        new SplitRule.Files(),
                        new Counts(400, 3609, 3609, 40),
                        ALL,
                        new Allowed(TRAINING_IN_DATABASE, Duplicates.NEAR),
                        DRAWN,
                        "near-duplicates by the colours of 16 × 16 cells are on one side, by their greys there are some"),
                own(
                        OWN,
                        "data of your own",
                        "folder:FOLDER, list:FOLDER, csv:FILE, packed:FOLDER, vectors:FOLDER, paired:FOLDER",
                        Duplicates.NONE,
                        "any numbers; no query may be in training set or database, not even nearly"),
                own(
                        AS_IS,
                        "data as they are",
                        "any other; KIND:PLACE?protocol=as-is",
                        Duplicates.EQUAL,
                        "any numbers; equal pictures under different names are counted, as published data have some; parts of shipped data"));
    }

    private static Optional<Cut> cutAt(int n, AveragePrecisionAt meaning) {
        return Optional.of(new Cut(n, meaning));
    }

    private static Protocol fashionMnist(
            String name, String reached, int database, Allowed allowed, String lists, String note) {
        return new Protocol(
                "fashion-mnist/" + name,
                1,
                "Fashion-MNIST",
                reached,
                new SplitRule.Files(),
                new Counts(1000, 5000, database, 10),
                ALL,
                allowed,
                lists,
                note);
    }

    private static Protocol cifar(String name, SplitRule rule, Counts counts, Set<Pair> allowed, String note) {
        return new Protocol(
                "cifar10/" + name,
                1,
                "CIFAR-10, both files pooled",
                "cifar10:FOLDER",
                rule,
                counts,
                ALL,
                new Allowed(allowed, Duplicates.NEAR),
                DRAWN,
                note);
    }

    /** HashNet's: its mAP@N leaves out queries without a hit. */
    private static Protocol lists(String name, String data, Counts counts, int topN, String note) {
        return new Protocol(
                name,
                1,
                data,
                "list:FOLDER",
                new SplitRule.Files(),
                counts,
                cutAt(topN, AveragePrecisionAt.ANSWERED),
                new Allowed(TRAINING_IN_DATABASE, Duplicates.EQUAL),
                DRAWN,
                note);
    }

    private static Protocol own(String name, String data, String reached, Duplicates duplicates, String note) {
        return new Protocol(
                name,
                1,
                data,
                reached,
                new SplitRule.FilesOrDrawn(2000, 10_000),
                new Counts(0, 0, 0, 0),
                ALL,
                new Allowed(TRAINING_IN_DATABASE, duplicates),
                DRAWN,
                note);
    }
}
